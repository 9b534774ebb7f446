import { useId, useLayoutEffect, useRef, type ReactNode } from "react";

/** A question in front of everything else. Escape or a click beside it closes it; the browser keeps the focus inside. */
export function Dialog(props: { readonly title: string; readonly close: () => void; readonly children: ReactNode }) {
  const { title, close, children } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Before any part of it takes the focus.
  useLayoutEffect(() => {
    const element = dialog.current;
    if (element?.open === false) element.showModal();
    // Closed, not only taken away: then the browser gives the keyboard back to where it was.
    return () => element?.close();
  }, []);
  return (
    // The keyboard's way out is Escape, which the browser handles: the click is one more.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={dialog}
      aria-labelledby={id}
      // Not when it was opened again meanwhile, as strict mode does.
      onClose={() => {
        if (dialog.current?.open === false) close();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) close();
      }}
    >
      <div className="dialog-body">
        <h2 id={id}>{title}</h2>
        {children}
        {/* Last, so that the focus begins at what is asked. */}
        <button type="button" className="plain dialog-close" aria-label="Close" onClick={close}>
          ✕
        </button>
      </div>
    </dialog>
  );
}
