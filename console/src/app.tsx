import { Suspense, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import type { HoustonClient } from "../../src/api/client.ts";
import { firstLine, type FirstLine } from "../../src/core/control/first-line.ts";
import { ConsoleProvider, useConsole, useLive, useNow, type Draft } from "./context.tsx";
import { lazyView } from "./lazy-view.tsx";
import type { LiveStore } from "./live/live.ts";
import { pastFirstLine } from "./look/first-line.ts";
import type { TimeZone } from "./look/moments.ts";
import { Link, lookAt, navigate, useRoute } from "./navigation.tsx";
import { OrderDialog, type Ordered } from "./orders/order-dialog.tsx";
import { OrderedBar } from "./orders/ordered-bar.tsx";
import type { Route } from "./route.ts";
import { keepWish, wish } from "./session.ts";
import { Announcer } from "./shell/announcer.tsx";
import { PastBanner, StaleBanner } from "./shell/banners.tsx";
import { FirstLineBar } from "./shell/first-line-bar.tsx";
import { Header } from "./shell/header.tsx";
import { KeysDialog } from "./shell/keys-dialog.tsx";
import { BRAKE_KEY, useKeys } from "./shell/keys.ts";
import { doubtOf, useFreshness } from "./shell/use-freshness.ts";
import { useTab } from "./shell/use-tab.ts";
import type { FrameStore } from "./timeline/frame-store.ts";
import { usePicture, type Shown } from "./timeline/use-picture.ts";
import { LocationView } from "./views/location/location-view.tsx";
import { NowView } from "./views/now/now-view.tsx";

const TimelineView = lazyView(async () => (await import("./views/timeline/timeline-view.tsx")).TimelineView);
const PlanView = lazyView(async () => (await import("./views/plan/plan-view.tsx")).PlanView);
const TraceView = lazyView(async () => (await import("./views/trace/trace-view.tsx")).TraceView);
const DrillsView = lazyView(async () => (await import("./views/drills/drills-view.tsx")).DrillsView);

/** The whole console: what it knows goes round in the context, where it is in the address. */
export function App(props: {
  readonly client: HoustonClient;
  readonly live: LiveStore;
  readonly frames: FrameStore;
  readonly canOrder: boolean;
}) {
  const { client, live, frames, canOrder } = props;
  const [draft, setDraft] = useState<Draft | null>(null);
  const [ordered, setOrdered] = useState<Ordered | null>(null);
  const [zone, setZone] = useState<TimeZone>(() => (wish("time-zone") === "utc" ? "utc" : "local"));
  const context = useMemo(
    () => ({
      client,
      live,
      frames,
      canOrder,
      propose: setDraft,
      zone,
      setZone: (next: TimeZone) => {
        keepWish("time-zone", next);
        setZone(next);
      },
    }),
    [client, live, frames, canOrder, zone],
  );
  const close = useCallback(() => setDraft(null), []);
  return (
    <ConsoleProvider value={context}>
      <Page />
      {draft !== null && (
        <OrderDialog
          draft={draft}
          change={setDraft}
          close={close}
          done={(next) => {
            setDraft(null);
            setOrdered(next);
          }}
        />
      )}
      {ordered !== null && <OrderedBar ordered={ordered} close={() => setOrdered(null)} />}
    </ConsoleProvider>
  );
}

function Page() {
  const route = useRoute();
  const { propose } = useConsole();
  const view = useLive((live) => live.view);
  const now = useNow();
  const freshness = useFreshness();
  const at = "at" in route ? route.at : null;
  const backToNow = (): void => {
    if ("at" in route) lookAt(route, null);
  };
  const shown = usePicture(at);
  const [areKeysShown, showKeys] = useState(false);
  const present = useMemo(() => (view === null ? null : firstLine(view)), [view]);
  const picture = shown.state === "shown" ? shown.picture : null;
  const line = at === null ? present : picture === null ? null : pastFirstLine(picture);
  const doubt = doubtOf(freshness);
  useTab(present, doubt);
  useMainKeys({ backToNow, propose, showKeys: () => showKeys(true) });
  return (
    <>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <Header route={route} isHeld={(view?.hold ?? null) !== null} showKeys={() => showKeys(true)} />
      <StaleBanner freshness={freshness} now={now} />
      {at !== null && <PastBanner at={at} now={now} back={backToNow} />}
      <div className={doubt !== null && at === null ? "stale-data" : ""}>
        <FirstLineBar line={line} view={view} shown={shown} now={now} isPast={at !== null} />
        <main id="main" tabIndex={-1}>
          <Suspense fallback={<p className="waiting">Loading ...</p>}>
            <View route={route} shown={shown} />
          </Suspense>
        </main>
      </div>
      <Announcer line={present} says={useNews(present)} />
      {areKeysShown && <KeysDialog close={() => showKeys(false)} />}
    </>
  );
}

function View({ route, shown }: { readonly route: Route; readonly shown: Shown }): ReactNode {
  const { client } = useConsole();
  switch (route.view) {
    case "map":
      return <NowView at={route.at} shown={shown} />;
    case "timeline":
      return <TimelineView at={route.at} filter={route.filter} shown={shown} />;
    case "location":
      return <LocationView key={route.name} name={route.name} at={route.at} part={route.part} shown={shown} />;
    case "plan":
      return <PlanView client={client} without={route.without} areLossesAsked={false} />;
    case "losses":
      return <PlanView client={client} without={null} areLossesAsked />;
    case "trace":
      return <TraceView client={client} id={route.id} />;
    case "drills":
      return <DrillsView client={client} opened={route.report} />;
    case "nowhere":
      return (
        <p className="waiting">
          There is nothing at {route.path}. <Link to={{ view: "map", at: null }}>To the map</Link>
        </p>
      );
  }
}

function useMainKeys(options: {
  readonly backToNow: () => void;
  readonly propose: (draft: Draft) => void;
  readonly showKeys: () => void;
}): void {
  const { backToNow, propose, showKeys } = options;
  const { live } = useConsole();
  const answer = (choice: number) => () => {
    const [question, ...others] = live.get().view?.questions ?? [];
    // Of two a key can't say which.
    if (question !== undefined && others.length === 0 && choice <= question.choices.length)
      propose({ kind: "answer", question: question.id, choice });
  };
  const digits = Array.from({ length: 9 }, (_, index) => [String(index + 1), answer(index + 1)] as const);
  useKeys({
    ...Object.fromEntries(digits),
    [BRAKE_KEY]: () => propose({ kind: "hold" }),
    o: () => propose({ kind: "evacuate", location: "" }),
    n: () => navigate({ view: "map", at: null }),
    t: () => navigate({ view: "timeline", at: null, filter: null }),
    p: () => navigate({ view: "plan", without: null }),
    r: () => navigate({ view: "trace", id: null }),
    d: () => navigate({ view: "drills", report: null }),
    "?": showKeys,
    escape: backToNow,
  });
}

/** What is read out: the first line as it was when something happened, not each of its figures. */
function useNews(line: FirstLine | null): string {
  const incidents = useLive((live) => live.view?.incidents);
  const news = [
    line?.level,
    ...(incidents ?? []).map(({ number, closedAt, questions }) => `${number} ${closedAt} ${questions.length}`),
  ].join();
  const [says, setSays] = useState("");
  const latest = useRef("");
  useEffect(() => {
    latest.current = line?.text ?? "";
  });
  useEffect(() => setSays(latest.current), [news]);
  return says;
}
