import { useLive } from "../context.tsx";
import { Dialog } from "../look/dialog.tsx";
import { KEYS_TOLD } from "./keys.ts";

/** The keys that work everywhere, and which Houston this is. */
export function KeysDialog({ close }: { readonly close: () => void }) {
  const version = useLive((live) => live.world?.version);
  const table = useLive((live) => live.view?.routeTableVersion);
  return (
    <Dialog title="Keys" close={close}>
      <dl className="keys">
        {KEYS_TOLD.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p className="muted">
        Houston {version}, route table {table}
      </p>
    </Dialog>
  );
}
