import "./style/base.css";
import "./style/shell.css";
import { houstonClient } from "../../src/api/client.ts";
import { mount } from "./mount.tsx";
import { takeToken } from "./session.ts";

const token = takeToken();
mount({ client: houstonClient({ api: "", token }), canOrder: token !== "" });
