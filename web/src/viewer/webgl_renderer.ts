// The film on the graphics processor: 16-bit textures, window and zoom in the shader.

import { type Placement, magnified } from "./placement";
import type { Renderer, Scene } from "./renderer";
import { type Level, levelFor } from "../film/pyramid";

const rowsAtOnce = (width: number) => Math.max(1, Math.floor(2 ** 20 / width));

const vertexShader = `#version 300 es
void main() {
  // One triangle that covers the view.
  gl_Position = vec4(vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0, 0.0, 1.0);
}`;

// Whole-number textures have no filter, so the four neighbours are mixed here.
const fragmentShader = `#version 300 es
precision highp float;
precision highp int;
precision highp usampler2D;
uniform usampler2D film;
uniform float viewHeight;
uniform vec2 filmSize;
uniform float shrink;    // pixels of the level for one of the film
uniform vec3 placement;  // scale, x, y
uniform vec2 window;     // centre, width
uniform bool inverted;
uniform vec3 circle;     // x, y, radius: only what lies in it is painted
out vec4 colour;

float value(ivec2 at) {
  return float(texelFetch(film, clamp(at, ivec2(0), textureSize(film, 0) - 1), 0).r);
}

void main() {
  vec2 at = vec2(gl_FragCoord.x, viewHeight - gl_FragCoord.y);
  if (distance(at, circle.xy) > circle.z) discard;
  vec2 point = (at - placement.yz) / placement.x;
  if (any(lessThan(point, vec2(0))) || any(greaterThanEqual(point, filmSize))) {
    colour = vec4(0, 0, 0, 1);
    return;
  }
  vec2 texel = point * shrink - 0.5;
  ivec2 corner = ivec2(floor(texel));
  vec2 part = texel - vec2(corner);
  float mixed = mix(
    mix(value(corner), value(corner + ivec2(1, 0)), part.x),
    mix(value(corner + ivec2(0, 1)), value(corner + ivec2(1, 1)), part.x),
    part.y);
  float grey = clamp((mixed - window.x) / window.y + 0.5, 0.0, 1.0);
  colour = vec4(vec3(inverted ? 1.0 - grey : grey), 1);
}`;

const uniforms = [
  "film",
  "viewHeight",
  "filmSize",
  "shrink",
  "placement",
  "window",
  "inverted",
  "circle",
] as const;

export class WebglRenderer implements Renderer {
  readonly kind = "webgl";
  private readonly program: WebGLProgram;
  private at: Record<(typeof uniforms)[number], WebGLUniformLocation | null> | null = null;
  private textures: WebGLTexture[] = [];
  private film = { width: 0, height: 0 };

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly gl: WebGL2RenderingContext,
  ) {
    const program = (this.program = gl.createProgram());
    for (const [type, source] of [
      [gl.VERTEX_SHADER, vertexShader],
      [gl.FRAGMENT_SHADER, fragmentShader],
    ] as const) {
      const shader = gl.createShader(type)!;
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
  }

  // Whoever asks for the result waits for the driver's compiler, so this asks first whether it is done.
  private *link(): Generator<void, void> {
    const { gl, program } = this;
    const parallel = gl.getExtension("KHR_parallel_shader_compile");
    if (parallel !== null)
      while (
        !gl.getProgramParameter(program, parallel.COMPLETION_STATUS_KHR) &&
        !gl.isContextLost()
      )
        yield;
    if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost())
      throw new Error(gl.getProgramInfoLog(program) ?? "the shader does not link");
    gl.useProgram(program);
    this.at = Object.fromEntries(
      uniforms.map((name) => [name, gl.getUniformLocation(program, name)]),
    ) as typeof this.at;
  }

  *load(levels: readonly Level[]): Generator<void, void> {
    const { gl } = this;
    if (this.at === null) yield* this.link();
    this.forget();
    this.film = levels[0]!;
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    for (const { width, height, pixels } of levels) {
      const texture = gl.createTexture();
      this.textures.push(texture);
      gl.bindTexture(gl.TEXTURE_2D, texture);
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
      gl.texStorage2D(gl.TEXTURE_2D, 1, gl.R16UI, width, height);
      for (let y = 0; y < height; y += rowsAtOnce(width)) {
        const rows = Math.min(rowsAtOnce(width), height - y);
        const part = pixels.subarray(y * width, (y + rows) * width);
        gl.texSubImage2D(
          gl.TEXTURE_2D,
          0,
          0,
          y,
          width,
          rows,
          gl.RED_INTEGER,
          gl.UNSIGNED_SHORT,
          part,
        );
        yield;
        gl.bindTexture(gl.TEXTURE_2D, texture);
      }
    }
  }

  draw(scene: Scene): void {
    if (this.textures.length === 0) return;
    const { gl, canvas } = this;
    const { view, placement, lens } = scene;
    if (canvas.width !== view.width || canvas.height !== view.height)
      Object.assign(canvas, { width: view.width, height: view.height });
    gl.viewport(0, 0, view.width, view.height);
    this.paint(scene, placement, [0, 0, view.width + view.height]);
    if (lens !== null)
      this.paint(scene, magnified(placement, lens.at, lens.factor), [
        lens.at.x,
        lens.at.y,
        lens.radius,
      ]);
  }

  private paint(scene: Scene, placement: Placement, circle: [number, number, number]): void {
    const { gl, textures, film } = this;
    const at = this.at!;
    const level = levelFor(placement.scale, textures.length);
    gl.bindTexture(gl.TEXTURE_2D, textures[level]!);
    gl.uniform1i(at.film, 0);
    gl.uniform1f(at.viewHeight, scene.view.height);
    gl.uniform2f(at.filmSize, film.width, film.height);
    gl.uniform1f(at.shrink, 1 / 2 ** level);
    gl.uniform3f(at.placement, placement.scale, placement.x, placement.y);
    gl.uniform2f(at.window, scene.window.centre, scene.window.width);
    gl.uniform1i(at.inverted, scene.inverted ? 1 : 0);
    gl.uniform3f(at.circle, ...circle);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  dispose(): void {
    this.forget();
  }

  private forget(): void {
    for (const texture of this.textures) this.gl.deleteTexture(texture);
    this.textures = [];
  }
}
