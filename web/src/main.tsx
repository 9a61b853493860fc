import "./network/lockdown";
import { render } from "preact";
import { App } from "./shell/app";
import { Session } from "./session/session";
import { prepareFormats } from "./words/strings";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/header.css";
import "./styles/layout.css";
import "./styles/table.css";
import "./styles/film.css";
import "./styles/findings.css";
import "./styles/dialog.css";
import "./styles/report.css";

const session = new Session();

window.thoraxlite = Object.freeze({
  ready: session.ready,
  screen: session.screen.bind(session),
  openModel: session.openModel.bind(session),
});

// The first worker may not have begun yet. The browser lets it when this thread is free for a moment, so it
// is that before the page is drawn.
setTimeout(() => {
  render(<App session={session} />, document.getElementById("page")!);
  prepareFormats();
});
