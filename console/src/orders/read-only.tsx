import { useState, type FormEvent } from "react";
import { Dialog } from "../look/dialog.tsx";
import { keepToken } from "../session.ts";

/** Who has no token is told how to get one; whoever has it at hand may give it here. */
export function ReadOnly({ close }: { readonly close: () => void }) {
  const [token, setToken] = useState("");
  return (
    <Dialog title="This page only reads" close={close}>
      <form
        className="order"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          keepToken(token.trim());
          location.reload();
        }}
      >
        <p>
          Orders want Houston's token. On the machine that Houston runs on, <code>houston console</code> prints an
          address that brings it along. From a shell, <code>houston hold</code> holds everything at once.
        </p>
        <label className="field">
          <span>Or the token itself, for this tab</span>
          <input
            type="password"
            value={token}
            autoComplete="off"
            onChange={(event) => setToken(event.currentTarget.value)}
          />
        </label>
        <p className="dialog-feet">
          <button type="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" className="go" disabled={token.trim() === ""}>
            Use it
          </button>
        </p>
      </form>
    </Dialog>
  );
}
