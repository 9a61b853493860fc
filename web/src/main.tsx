import { render } from "preact";
import { App } from "./app";
import { Session } from "./session";
import "./style.css";

const session = new Session();

window.thoraxlite = Object.freeze({
  ready: session.ready,
  screen: session.screen.bind(session),
  openModel: session.openModel.bind(session),
});

render(<App session={session} />, document.getElementById("page")!);
