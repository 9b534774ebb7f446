import { lazy, Suspense } from "react";
import type { HoustonClient } from "../../src/api/client.ts";
import { Link, useRoute } from "./navigation.tsx";
import type { Route } from "./route.ts";

const StackView = lazy(async () => ({ default: (await import("./views/stack/stack-view.tsx")).StackView }));
const PlanView = lazy(async () => ({ default: (await import("./views/plan/plan-view.tsx")).PlanView }));
const TraceView = lazy(async () => ({ default: (await import("./views/trace/trace-view.tsx")).TraceView }));
const DrillsView = lazy(async () => ({ default: (await import("./views/drills/drills-view.tsx")).DrillsView }));

export function App({ client }: { readonly client: HoustonClient }) {
  const route = useRoute();
  return (
    <main>
      <Suspense fallback={<p>Loading ...</p>}>
        <View client={client} route={route} />
      </Suspense>
    </main>
  );
}

function View({ client, route }: { readonly client: HoustonClient; readonly route: Route }) {
  switch (route.view) {
    case "map":
    case "timeline":
      return <p>{route.view}</p>;
    case "location":
      return <StackView client={client} name={route.name} at={route.at} />;
    case "plan":
      return <PlanView client={client} without={route.without} />;
    case "trace":
      return <TraceView client={client} id={route.id} />;
    case "drills":
      return <DrillsView client={client} />;
    case "nowhere":
      return (
        <p>
          There is nothing at {route.path}. <Link to={{ view: "map", at: null }}>To the map</Link>
        </p>
      );
  }
}
