import { useEffect, useMemo, useReducer, useState } from "preact/hooks";
import { AboutDialog } from "./about_dialog";
import { Header } from "./header";
import { HelpDialog } from "./help_dialog";
import { IntakeButtons, Welcome } from "../intake/intake";
import { ModelDialog } from "./model_dialog";
import { Reading } from "../reading/reading";
import { useAfter } from "../components/use_after";
import { useCommands } from "../viewer/use_commands";
import { NewVersion } from "./new_version";
import { ReportDialog } from "../export/report_dialog";
import { SettingsDialog } from "./settings_dialog";
import { VerifyDialog } from "./verify_dialog";
import { Removed } from "../worklist/removed";
import { Worklist } from "../worklist/worklist";
import { useIncomingFiles } from "../intake/incoming";
import { packed } from "../packed/packed";
import { type Given, type GivenFilm, isModel } from "../intake/folders";
import { hasNotice, IntakeNotice } from "../intake/intake_notice";
import { arrange, type Arrangement, asGiven } from "../results/arrangement";
import type { Session } from "../session/session";
import { t } from "../words/strings";
import { unpack } from "../packed/unpack";

type Opened = "models" | "about" | "help" | "settings" | "verify" | "report" | null;

export function App({ session }: { session: Session }) {
  const [, changed] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    changed(undefined); // a model that no build can open has failed before this
    return session.subscribe(() => changed(undefined));
  }, [session]);
  const [opened, open] = useState<Opened>(null);
  const [notice, setNotice] = useState<Given | null>(null);
  const [refusal, setRefusal] = useState<{ name: string; reason: string } | null>(null);

  const [wide, setWide] = useState(false); // the table alone, over the whole width

  const [arrangement, setArrangement] = useState<Arrangement>(asGiven);
  const change = (change: Partial<Arrangement>) => setArrangement({ ...arrangement, ...change });

  const films = session.films.all;
  const shown = useMemo(() => arrange(films, arrangement), [films, arrangement]);
  const film = films.find(({ id }) => id === session.selected) ?? films[0];
  // Through what the table shows: -1 where it does not show this film.
  const index = shown.findIndex(({ id }) => id === film?.id);
  const step = (by: number) => {
    const next = index < 0 ? shown[0] : shown[index + by];
    if (next !== undefined) session.select(next.id);
  };

  const begun = useAfter(film !== undefined);
  const listed = useAfter(begun);

  const takeModel = async (name: string, load: () => Promise<unknown>) => {
    setRefusal(null);
    open("models");
    try {
      await load();
    } catch (error) {
      setRefusal({ name, reason: (error as Error).message });
      open("models");
    }
  };
  const take = (given: Given) => {
    setNotice(hasNotice(given) ? given : null);
    takeFilms(given.films);
  };
  const takeFilms = (given: readonly GivenFilm[]) => {
    const model = given.find(isModel);
    if (model !== undefined)
      void takeModel(model.name, () => session.openModel(model.file, model.name));
    const batch = given.filter((one) => !isModel(one));
    if (batch.length === 0) return;
    const { films } = session.screenAll(
      batch.map(({ name, file }) => ({ name: name || t("pastedName"), file })),
    );
    session.select(films[0]!.id);
  };
  const takeSample = async () => {
    const file = new Blob([await unpack(packed("sample"))], { type: "image/jpeg" });
    takeFilms([{ name: t("sampleName"), file }]);
  };
  const dragging = useIncomingFiles(take);
  useCommands((command) => {
    if (command !== "help") return false;
    open("help");
    return true;
  });

  return (
    <>
      <Header model={session.model} openModels={() => open("models")} openHelp={() => open("help")}>
        <button type="button" class="quiet" onClick={() => open("verify")}>
          {t("verify")}
        </button>
        <button type="button" class="quiet" onClick={() => open("settings")}>
          {t("settings")}
        </button>
        <button type="button" class="quiet" onClick={() => open("about")}>
          {t("about")}
        </button>
      </Header>
      <NewVersion session={session} />
      <Removed session={session} />
      {session.model.kind === "failed" && (
        <p class="message" role="alert">
          {t("modelFailed")}: {session.model.message}
        </p>
      )}
      {notice !== null && <IntakeNotice given={notice} close={() => setNotice(null)} />}
      <main data-films={films.length > 0} data-list={wide ? "wide" : "narrow"}>
        {film === undefined ? (
          <Welcome take={take} takeSample={takeSample} />
        ) : (
          <>
            <section class="worklist" aria-labelledby="films">
              <div class="worklist-head">
                <h2 id="films">{t("films")}</h2>
                <IntakeButtons take={take} more />
              </div>
              {begun && <Worklist {...{ session, shown, arrangement, change, wide, setWide }} />}
            </section>
            {listed && (
              <Reading
                session={session}
                film={film}
                position={{ index, count: shown.length }}
                step={step}
                openReport={() => open("report")}
                openWords={() => open("help")}
              />
            )}
          </>
        )}
      </main>
      <p class="unseen" role="status" aria-live="polite">
        {session.announcement}
      </p>
      {dragging && (
        <div class="drop-here" aria-hidden="true">
          {t("dropNow")}
        </div>
      )}
      {opened === "report" && film !== undefined && (
        <ReportDialog session={session} film={film} close={() => open(null)} />
      )}
      {opened === "settings" && <SettingsDialog session={session} close={() => open(null)} />}
      {opened === "verify" && <VerifyDialog session={session} close={() => open(null)} />}
      {opened === "about" && <AboutDialog close={() => open(null)} />}
      {opened === "help" && <HelpDialog close={() => open(null)} />}
      {opened === "models" && (
        <ModelDialog
          session={session}
          refusal={refusal}
          take={takeModel}
          close={() => {
            setRefusal(null);
            open(null);
          }}
        />
      )}
    </>
  );
}
