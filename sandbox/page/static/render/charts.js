// Charts as pictures, each with its numbers in a table for those who do not see it.

import { h } from "../dom.js";

const COLORS = ["#0b7a43", "#2a5f9e", "#a36a00", "#7a3e9d", "#9c3d3d", "#3d6b6b"];
const [WIDTH, HEIGHT] = [480, 220];
const [LEFT, RIGHT, TOP, BOTTOM] = [56, 8, 10, 24];

/** A chart of any kind. */
export function chart(block) {
  const drawn = block.chart;
  const picture = drawn.type === "pie" ? pie(drawn.segments) : axes(drawn);
  const names = drawn.type === "pie" ? drawn.segments.map((one) => `${one.label} (${share(one, drawn.segments)})`) : drawn.series.map((one) => one.name);
  return h("figure", { class: "block chart" }, h("figcaption", {}, block.title), picture, legend(names), numbers(block.title, drawn));
}

function svg(tag, properties = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(properties)) element.setAttribute(name, String(value));
  element.append(...children.flat());
  return element;
}

const canvas = (...children) => svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" }, ...children);
const share = (one, segments) => `${Math.round((100 * one.value) / segments.reduce((sum, each) => sum + each.value, 0))} %`;

function legend(names) {
  const mark = (n) => svg("svg", { viewBox: "0 0 10 10", width: 10, height: 10 }, svg("rect", { width: 10, height: 10, rx: 2, fill: COLORS[n % COLORS.length] }));
  return h("div", { class: "legend", "aria-hidden": "true" }, names.map((name, n) => h("span", {}, mark(n), name)));
}

/** What the picture shows, read aloud in its place. */
function numbers(title, drawn) {
  const series = drawn.type === "pie" ? [{ name: "Value", data: drawn.segments }] : drawn.series;
  const labels = drawn.type === "pie" ? drawn.segments.map((one) => one.label) : drawn.axis_config.categories;
  const of = (one, label) => one.data.find((point) => point.label === label)?.value ?? "";
  const head = h("tr", {}, h("th", { scope: "col" }, drawn.axis_config?.x_label ?? "Category"), series.map((one) => h("th", { scope: "col" }, one.name)));
  const row = (label) => h("tr", {}, h("th", { scope: "row" }, label), series.map((one) => h("td", {}, String(of(one, label)))));
  return h("table", { class: "unseen" }, h("caption", {}, title), h("thead", {}, head), h("tbody", {}, labels.map(row)));
}

/** Slices one after the other, each an arc that is as thick as the pie. */
function pie(segments) {
  const [x, y, radius] = [WIDTH / 2, HEIGHT / 2, 48];
  const whole = 2 * Math.PI * radius;
  const total = segments.reduce((sum, one) => sum + one.value, 0);
  let before = 0;
  const slice = (one, n) => {
    const length = (one.value / total) * whole;
    const arc = { cx: x, cy: y, r: radius, fill: "none", stroke: COLORS[n % COLORS.length], "stroke-width": 2 * radius, "stroke-dasharray": `${length} ${whole - length}`, "stroke-dashoffset": -before, transform: `rotate(-90 ${x} ${y})` };
    before += length;
    return svg("circle", arc);
  };
  return canvas(...segments.map(slice));
}

function axes({ type, series, axis_config: { categories } }) {
  const values = series.flatMap((one) => one.data.map((point) => point.value));
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values) || 1];
  const y = (value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - low) / (high - low));
  const wide = (WIDTH - LEFT - RIGHT) / categories.length;
  const middle = (n) => LEFT + wide * (n + 0.5);
  const every = Math.ceil(categories.length / 7);
  const lines = [low, 0, high].filter((value, n, all) => all.indexOf(value) === n).flatMap((value) => [
    svg("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value), stroke: "#cfd4da" }),
    svg("text", { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, short(value)),
  ]);
  const names = categories.map((name, n) => (n % every ? [] : svg("text", { x: middle(n), y: HEIGHT - 8, "text-anchor": "middle" }, name)));
  const valued = series.map((one) => categories.map((name) => one.data.find((point) => point.label === name).value));
  const shapes = valued.map((list, n) => (type === "bar" ? bars(list, n, valued.length, { y, wide, middle }) : curve(list, n, type, { y, middle })));
  return canvas(...lines, ...names.flat(), ...shapes.flat());
}

function bars(list, n, count, { y, wide, middle }) {
  const width = (wide * 0.8) / count;
  return list.map((value, place) => svg("rect", {
    x: middle(place) + width * (n - count / 2), width: width * 0.9, y: Math.min(y(value), y(0)), height: Math.abs(y(value) - y(0)), fill: COLORS[n % COLORS.length],
  }));
}

function curve(list, n, type, { y, middle }) {
  const color = COLORS[n % COLORS.length];
  const points = list.map((value, place) => `${middle(place)},${y(value)}`);
  const area = `${middle(0)},${y(0)} ${points.join(" ")} ${middle(list.length - 1)},${y(0)}`;
  const line = svg("polyline", { points: points.join(" "), fill: "none", stroke: color, "stroke-width": 2 });
  const dots = list.map((value, place) => svg("circle", { cx: middle(place), cy: y(value), r: 3, fill: color }));
  return [...(type === "area" ? [svg("polygon", { points: area, fill: color, "fill-opacity": 0.3 })] : []), line, ...dots];
}

const short = (value) => value.toLocaleString("en-US", { notation: "compact", maximumFractionDigits: 1 });
