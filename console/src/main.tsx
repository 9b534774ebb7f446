import "./style/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { houstonClient } from "../../src/api/client.ts";
import { App } from "./app.tsx";

const root = document.querySelector("#root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <App client={houstonClient({ api: "", token: "" })} />
  </StrictMode>,
);
