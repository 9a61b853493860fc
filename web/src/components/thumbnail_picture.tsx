import { useLayoutEffect, useRef } from "preact/hooks";
import type { Thumbnail } from "../pixels";

// A film in a row, in the shape of the whole film: the network's input has lost it.
export function ThumbnailPicture(props: {
  thumbnail: Thumbnail | null;
  shape: { width: number; height: number } | null;
}) {
  const { thumbnail, shape } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    if (thumbnail === null) return;
    const { width, height, grey } = thumbnail;
    const picture = new ImageData(width, height);
    for (let i = 0; i < grey.length; ++i) picture.data.fill(grey[i]!, 4 * i, 4 * i + 3);
    for (let i = 0; i < grey.length; ++i) picture.data[4 * i + 3] = 255;
    canvas.current!.getContext("2d")!.putImageData(picture, 0, 0);
  }, [thumbnail]);
  if (thumbnail === null) return <span class="thumbnail" aria-hidden="true" />;
  const ratio = shape === null ? 1 : shape.width / shape.height;
  return (
    <canvas
      ref={canvas}
      class="thumbnail"
      aria-hidden="true"
      width={thumbnail.width}
      height={thumbnail.height}
      style={{ aspectRatio: `${ratio}` }}
    />
  );
}
