import { useEffect, useReducer, useState } from "preact/hooks";
import inlinedSample from "inlined:sample";
import { Header } from "./components/header";
import { HelpDialog } from "./components/help_dialog";
import { IntakeButtons, Welcome } from "./components/intake";
import { ModelDialog } from "./components/model_dialog";
import { Reading } from "./components/reading";
import { useCommands } from "./components/use_commands";
import { Worklist } from "./components/worklist";
import { useIncomingFiles } from "./incoming";
import { unpack } from "./inlined";
import type { Session } from "./session";
import { t } from "./strings";

type Opened = "models" | "help" | null;

export function App({ session }: { session: Session }) {
  const [, changed] = useReducer((count: number) => count + 1, 0);
  useEffect(() => session.subscribe(() => changed(undefined)), [session]);
  const [opened, open] = useState<Opened>(null);
  const [refusal, setRefusal] = useState<{ name: string; reason: string } | null>(null);

  const films = session.films.all;
  const index = Math.max(
    films.findIndex(({ id }) => id === session.selected),
    0,
  );
  const film = films[index];
  const step = (by: number) => {
    const next = films[index + by];
    if (next !== undefined) session.select(next.id);
  };

  const takeModel = async (file: File) => {
    setRefusal(null);
    try {
      await session.openModel(file);
    } catch (error) {
      setRefusal({ name: file.name, reason: (error as Error).message });
    }
    open("models");
  };
  const take = (files: readonly File[]) => {
    const isModel = ({ name }: File) => name.toLowerCase().endsWith(".safetensors");
    const model = files.find(isModel);
    if (model !== undefined) void takeModel(model);
    const batch = files.filter((file) => !isModel(file));
    if (batch.length === 0) return;
    const { films } = session.screenAll(
      batch.map((file) => ({ name: file.name || t("pastedName"), file })),
    );
    session.select(films[0]!.id);
  };
  const takeSample = async () =>
    take([new File([await unpack(inlinedSample)], t("sampleName"), { type: "image/jpeg" })]);
  const dragging = useIncomingFiles(take);
  useCommands((command) => {
    if (command !== "help") return false;
    open("help");
    return true;
  });

  return (
    <>
      <Header
        model={session.model}
        openModels={() => open("models")}
        openHelp={() => open("help")}
      />
      {session.model.kind === "failed" && (
        <p class="message" role="alert">
          {t("modelFailed")}: {session.model.message}
        </p>
      )}
      <main data-films={films.length > 0}>
        {film === undefined ? (
          <Welcome take={take} takeSample={takeSample} />
        ) : (
          <>
            <section class="worklist" aria-labelledby="films">
              <div class="worklist-head">
                <h2 id="films">{t("films")}</h2>
                <IntakeButtons take={take} more />
              </div>
              <Worklist
                films={films}
                selected={film.id}
                select={(id) => session.select(id)}
                clear={() => session.films.clear()}
              />
            </section>
            <Reading
              session={session}
              film={film}
              position={{ index, count: films.length }}
              step={step}
            />
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
      {opened === "help" && <HelpDialog close={() => open(null)} />}
      {opened === "models" && (
        <ModelDialog
          session={session}
          refusal={refusal}
          close={() => {
            setRefusal(null);
            open(null);
          }}
        />
      )}
    </>
  );
}
