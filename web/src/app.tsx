import { useEffect, useReducer } from "preact/hooks";
import inlinedSample from "inlined:sample";
import { FilmList } from "./components/film_list";
import { Footer } from "./components/footer";
import { Header } from "./components/header";
import { Intake } from "./components/intake";
import { useIncomingFiles } from "./incoming";
import { unpack } from "./inlined";
import type { Session } from "./session";
import { t } from "./strings";

export function App({ session }: { session: Session }) {
  const [, changed] = useReducer((count: number) => count + 1, 0);
  useEffect(() => session.subscribe(() => changed(undefined)), [session]);

  const take = (files: readonly File[]) => {
    if (files.length === 0) return;
    const { films } = session.screenAll(
      files.map((file) => ({ name: file.name || t("pastedName"), file })),
    );
    session.select(films[0]!.id);
    window.scrollTo({ top: 0 });
  };
  const takeSample = async () =>
    take([new File([await unpack(inlinedSample)], t("sampleName"), { type: "image/jpeg" })]);
  const dragging = useIncomingFiles(take);

  const films = session.films.all;
  return (
    <>
      <Header model={session.model} />
      <main>
        <Intake first={films.length === 0} take={take} takeSample={takeSample} />
        {films.length > 0 && <FilmList films={films} clear={() => session.films.clear()} />}
      </main>
      <Footer session={session} />
      <p class="unseen" role="status" aria-live="polite">
        {session.announcement}
      </p>
      {dragging && (
        <div class="drop-here" aria-hidden="true">
          {t("dropNow")}
        </div>
      )}
    </>
  );
}
