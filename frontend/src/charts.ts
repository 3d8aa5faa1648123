import { LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { type EChartsType, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([LineChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

interface BurnUp {
  start: string;
  end: string;
  target: number;
  labels: { done: string; plan: string; target: string; unit: string };
  points: { day: string; done: number; total: number }[];
}

const drawn = new Set<EChartsType>();

/** The burn-up stands in `root`, in the colours of the page's theme, and follows its size. */
export function draw(root: HTMLElement, given: unknown): void {
  const chart = init(root, null, { renderer: "svg" });
  const paint = (): void => chart.setOption(burnUp(given as BurnUp, getComputedStyle(document.documentElement)), true);
  paint();
  drawn.add(chart);
  const watcher = new ResizeObserver(() => {
    if (root.isConnected) {
      chart.resize();
      return;
    }
    watcher.disconnect();
    drawn.delete(chart);
    document.removeEventListener("anru:theme", paint);
    chart.dispose();
  });
  watcher.observe(root);
  document.addEventListener("anru:theme", paint);
}

function burnUp(given: BurnUp, style: CSSStyleDeclaration): Record<string, unknown> {
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const text = colour("--bs-body-color");
  const soft = colour("--bs-secondary-color");
  const line = colour("--bs-border-color");
  return {
    animation: false,
    aria: { enabled: true },
    textStyle: { fontFamily: style.getPropertyValue("--bs-body-font-family") },
    grid: { left: 8, right: 16, top: 36, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, itemWidth: 18, textStyle: { color: text }, icon: "roundRect" },
    // The HTML tooltip writes style attributes, which the page's policy forbids.
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      backgroundColor: colour("--bs-body-bg"),
      borderColor: line,
      textStyle: { color: text },
      valueFormatter: (n: unknown) => (typeof n === "number" ? `${Math.round(n)} ${given.labels.unit}` : "—"),
    },
    xAxis: {
      type: "time",
      min: given.start,
      max: given.end,
      axisLabel: { color: soft, hideOverlap: true, formatter: "{M}-{d}" },
      axisLine: { lineStyle: { color: line } },
    },
    yAxis: { type: "value", min: 0, minInterval: 1, axisLabel: { color: soft }, splitLine: { lineStyle: { color: line } } },
    series: [
      {
        name: given.labels.done,
        type: "line",
        step: "end",
        showSymbol: false,
        areaStyle: { opacity: 0.12 },
        lineStyle: { width: 3, color: colour("--anru-brand") },
        itemStyle: { color: colour("--anru-brand") },
        data: given.points.map((point) => [point.day, point.done]),
      },
      {
        name: given.labels.plan,
        type: "line",
        showSymbol: false,
        lineStyle: { width: 1.5, type: "dashed", color: soft },
        itemStyle: { color: soft },
        data: [
          [given.start, 0],
          [given.end, given.target],
        ],
      },
      {
        name: given.labels.target,
        type: "line",
        step: "end",
        showSymbol: false,
        lineStyle: { width: 1.5, color: colour("--anru-goal") },
        itemStyle: { color: colour("--anru-goal") },
        data: [...given.points.map((point) => [point.day, point.total]), [given.end, given.target]],
      },
    ],
  };
}
