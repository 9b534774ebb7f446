import { lazy, type ComponentType } from "react";

/**
 * A view that is loaded when it is first opened. When its file is gone, Houston has been replaced since this page was loaded: then
 * it says so, in the place of the view.
 */
export function lazyView<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  return lazy(async (): Promise<{ default: ComponentType<Props> }> => {
    try {
      return { default: await load() };
    } catch {
      return { default: Outdated };
    }
  });
}

function Outdated() {
  return (
    <div className="problem" role="alert">
      <p>
        <strong>This view can't be loaded.</strong> Houston does not answer, or is newer than this page.
      </p>
      <p>
        <button type="button" onClick={() => location.reload()}>
          Load the page again
        </button>
      </p>
    </div>
  );
}
