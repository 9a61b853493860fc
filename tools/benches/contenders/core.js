// A module of ours by its C ABI (wasm/bindings/thoraxlite.h).

// Of the sigmoid of logit / temperature, which is what the benches' model files give.
export const logitsOf = ({ findings }, temperature) =>
  findings.map(({ score }) => temperature * Math.log(score / (1 - score)));

const kShowAnyway = 1;

// model: the bytes of a model file. Resolves to { screen }, where screen gives the JSON of a film's
// bytes as an object; throws what the module says against the model.
export async function openCore(module, model, sha256, engine, threads) {
  const { default: create } = await import(module);
  const core = await create(threads > 1 ? { threads } : {});
  const put = (bytes) => {
    const pointer = core._thoraxlite_allocate(bytes.length);
    core.HEAPU8.set(bytes, pointer);
    return pointer;
  };
  const text = (string) => put(new TextEncoder().encode(`${string}\0`));
  const answer = (pointer) => {
    const heap = core.HEAPU8;
    return JSON.parse(new TextDecoder().decode(heap.slice(pointer, heap.indexOf(0, pointer))));
  };

  const at = put(model);
  const digest = text(sha256);
  const opened = answer(core._thoraxlite_open(at, model.length, digest, text(engine), threads));
  core._thoraxlite_free(at);
  if (opened.error !== undefined) throw new Error(opened.error);

  const name = text("film");
  return {
    engine: opened.engine,
    screen(file) {
      const film = put(file);
      const screening = answer(core._thoraxlite_screen(name, film, file.length, kShowAnyway, 0));
      core._thoraxlite_free(film);
      if (screening.findings.length === 0) throw new Error(screening.message);
      return screening;
    },
  };
}
