# SPDX-License-Identifier: MIT
"""The page of --html in a real browser: it shows the figures of the JSON, needs nothing else, and believes no word."""

import json
import os

import pytest
from conftest import ENGINE
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

CACHE = os.environ.get("HKV_DEPS") or os.path.join(
    os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "hkv-bench")
AXE = os.path.join(CACHE, "node_modules", "axe-core", "axe.min.js")

pytestmark = pytest.mark.skipif(bool(ENGINE), reason="pages do not depend on the engine")

FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update", "--window-size=1100,900")


@pytest.fixture(scope="module")
def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in FLAGS:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.chrome.service.Service("/usr/bin/chromedriver"))
    driver.set_script_timeout(60)
    yield driver
    driver.quit()


class Page:
    """A page that was opened from disk: nothing was said on the console, and nothing but the file was asked for."""

    def __init__(self, browser, path):
        self.browser = browser
        browser.get_log("browser"), browser.get_log("performance")
        browser.get(f"file://{path}")
        WebDriverWait(browser, 60).until(lambda b: b.execute_script("return document.documentElement.dataset.ready"))
        wanted = "return [...document.querySelectorAll('.plot')].every((p) => p.plot)"
        WebDriverWait(browser, 60).until(lambda b: b.execute_script(wanted))
        assert browser.get_log("browser") == []
        asked = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
        urls = [e["params"]["request"]["url"] for e in asked if e["method"] == "Network.requestWillBeSent"]
        assert [u for u in urls if not u.startswith("data:")] == [f"file://{path}"]

    def ask(self, script, *args):
        return self.browser.execute_script(script, *args)

    def plots(self):
        """Title to the data that its chart has drawn."""
        return dict(self.ask("return [...document.querySelectorAll('.plot')].map((p) => "
                             "[p.closest('figure').querySelector('h3').textContent, p.plot.data.map((d) => [...d])])"))

    def text(self):
        return self.browser.find_element(By.TAG_NAME, "main").text

    def holds_axe(self):
        """Nothing serious for those who use a keyboard or a screen reader."""
        with open(AXE, encoding="utf-8") as axe:
            self.ask(axe.read())
        found = self.browser.execute_async_script("const done = arguments[0]; axe.run().then((r) => done(r.violations))")
        return [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in ("serious", "critical")]


@pytest.fixture
def shown(bench, browser, tmp_path):
    """Runs with --html and --json: the page, opened, and the document."""
    def show(*args, rc=(0,), command=()):
        page, doc = tmp_path / "page.html", tmp_path / "doc.json"
        run = bench(*args, "--html", page, "--json", doc, *command)
        assert run.rc in rc, run
        size = os.path.getsize(page)
        assert size - os.path.getsize(doc) < 400_000
        return Page(browser, page), json.loads(doc.read_text())
    return show


def test_a_run_is_drawn_as_its_json_tells(shown, redis):
    page, doc = shown("-p", redis.port, "-t", "set,get", "-c", 4, "--rate", "2k", "--duration", "1200ms", "--interval", "200ms")
    rows = [r for r in doc["tests"][1]["series"] if r["phase"] == "measure"]
    plots = page.plots()
    assert plots["Throughput over time"][1] == pytest.approx([r["rps"] for r in rows])
    assert plots["Latency over time"][2] == [r["p99"] for r in rows]
    assert sum(sum(r["heat"][1:]) for r in rows) == doc["tests"][1]["counts"]["ok"]
    x, *curves = plots["Latency by percentile"]
    assert len(curves) == 2
    assert max(v for v in curves[0] if v) >= doc["tests"][0]["latency_ns"]["p99_99"]
    p50 = doc["tests"][0]["latency_ns"]["p50"]
    assert min(v for v, at in zip(curves[0], x) if v and at >= 2) >= p50 # p50 lies at 1 / (1 - 0.5)
    assert max(v for v, at in zip(curves[0], x) if v and at < 2) <= p50
    assert "req/s" in page.text() and "hkv-bench -p" in page.text()


def test_zoom_by_button_and_by_key(shown, redis):
    page, _ = shown("-p", redis.port, "-t", "get", "-c", 4, "--rate", "1k", "--duration", "1s", "--interval", "100ms")
    span = "const s = document.querySelectorAll('.plot')[1].plot.scales.x; return s.max - s.min"
    whole = page.ask(span)
    page.browser.find_elements(By.CSS_SELECTOR, "button[aria-label^='zoom in']")[1].click()
    WebDriverWait(page.browser, 10).until(lambda _: page.ask(span) == pytest.approx(whole / 2))
    plot = page.browser.find_elements(By.CSS_SELECTOR, ".plot")[1]
    plot.send_keys("-")
    WebDriverWait(page.browser, 10).until(lambda _: page.ask(span) == pytest.approx(whole))
    plot.send_keys("+", "0")
    WebDriverWait(page.browser, 10).until(lambda _: page.ask(span) == pytest.approx(whole))
    plot.send_keys(Keys.END)
    said = "return document.querySelectorAll('.plot')[1].plot.cursor.idx"
    WebDriverWait(page.browser, 10).until(lambda _: page.ask(said) == page.ask(
        "return document.querySelectorAll('.plot')[1].plot.data[0].length - 1"))


@pytest.mark.parametrize("scheme", ("light", "dark"))
def test_a_page_can_be_used_by_all(shown, redis, scheme):
    page, _ = shown("-p", redis.port, "-t", "set,get", "-c", 4, "-n", 20000, "--rate", "20k", "--interval", "200ms")
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    assert page.holds_axe() == []
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_words_stay_words(shown, redis):
    hostile = "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    page, doc = shown("-p", redis.port, "-n", 100, "-c", 2, command=("ECHO", hostile))
    assert hostile in doc["tests"][0]["title"]
    assert hostile in page.text()
    assert "owned" not in page.ask("return document.title.replace(arguments[0], '')", hostile)
    assert page.ask("return document.querySelectorAll('img').length") == 0


def test_comparison_capacity_and_sweep(shown, bench, browser, redis, tmp_path):
    page, doc = shown("compare", f"one=127.0.0.1:{redis.port}", f"two=127.0.0.1:{redis.port}", "-t", "ping_mbulk", "-c", 2,
                      "--blocks", 3, "--slot", "100ms", "--warmup", "20ms", "--idle", 0, rc=(0, 10))
    contrasts = doc["tests"][0]["comparisons"][0]["contrasts"]
    assert contrasts[0]["verdict"] in page.text()
    ratios = page.ask("return [...document.querySelectorAll('svg circle')].length")
    assert ratios == len([c for c in contrasts if c["ratio"]])
    assert len(page.plots()["Blocks: throughput of two over one"][0]) == 3
    assert "two vs one" in page.text() and "short-run" in {d["name"] for d in doc["tests"][0]["doubts"]}
    folded = page.ask("return [...document.querySelectorAll('details')].map((d) => d.textContent).join()")
    assert "ran only" not in folded  # which each slot of a tenth of a second did

    page, doc = shown("sweep", "clients", "-p", redis.port, "-t", "ping_mbulk", "--points", "1,2,4", "--trial", "100ms", "--idle", 0)
    points = sorted(doc["tests"][0]["points"], key=lambda p: p["value"])
    assert page.plots()["Throughput by clients"][1] == pytest.approx([p["rps"] for p in points])
    assert page.holds_axe() == []

    page, doc = shown("saturate", "--embedded", "-t", "ping_mbulk", "--slo", "p50=1ns", "--idle", 0, rc=(0, 1))
    assert doc["tests"][0]["verdict"] in page.text()


def test_a_long_series_opens(shown, bench, browser, redis, tmp_path):
    """An hour of seconds, each of them a point."""
    _, doc = shown("-p", redis.port, "-t", "get", "-c", 2, "--rate", "500", "--duration", "600ms", "--interval", "200ms")
    test = doc["tests"][0]
    row = test["series"][-1]
    test["series"] = [{**row, "start_s": float(i), "length_s": 1.0} for i in range(3600)]
    (tmp_path / "hour.json").write_text(json.dumps(doc))
    assert bench("report", tmp_path / "hour.json", "--html", tmp_path / "hour.html").rc == 0
    page = Page(browser, tmp_path / "hour.html")
    assert len(page.plots()["Latency over time"][0]) == 3600


def test_report_of_files_and_of_a_history(bench, browser, redis, tmp_path):
    for name in ("a", "b"):
        assert bench("-p", redis.port, "-t", "get", "-n", 2000, "-c", 2, "--json", tmp_path / name,
                     "--save", tmp_path / "runs.db").rc == 0
    run = bench("report", tmp_path / "a", tmp_path / "b", f"{tmp_path}/runs.db:last", "--html", tmp_path / "both.html")
    assert run.rc == 0 and run.out == "" and run.err == "", run
    page = Page(browser, tmp_path / "both.html")
    assert len(page.plots()["Latency by percentile"]) == 4


def test_a_trend_is_drawn(bench, browser, redis, tmp_path):
    for tag in "abc":
        assert bench("-p", redis.port, "-t", "get", "-n", 1000, "-c", 2, "--save", tmp_path / "runs.db", "--tag", f"commit={tag}").rc == 0
    words = ("history", tmp_path / "runs.db", "trend", "--metric", "get.p99", "--tag", "commit")
    series, = json.loads(bench(*words, "--json").out)["series"]
    run = bench(*words, "--html", tmp_path / "trend.html")
    assert run.rc == 0 and run.out == "" and run.err == "", run
    page = Page(browser, tmp_path / "trend.html")
    assert page.plots()["get: p99 by run"][1] == [p["value"] for p in series["points"]]
    assert "no change found in 3 runs" in page.text() and "Trend: get p99" in page.text()
    assert page.holds_axe() == []


@pytest.mark.parametrize("words, said", (
    (("report", "--html", "x"), "expected a result"),
    (("report", "missing.json", "--html", "x"), "cannot be read"),
    (("report", "{text}", "--html", "x"), "got no JSON"),
    (("report", "{other}", "--html", "x"), "got other JSON"),
    (("report", "{json}"), "--html: expected a file"),
    (("report", "{json}", "--html", "/nowhere/x.html"), "cannot be written"),
))
def test_report_says_what_is_wrong(bench, tmp_path, words, said):
    (tmp_path / "text").write_text("redis 7\n")
    (tmp_path / "other").write_text('{"a": 1}')
    (tmp_path / "json").write_text('{"schema_version": 1, "kind": "run", "tests": []}')
    run = bench(*(w.format(text=tmp_path / "text", other=tmp_path / "other", json=tmp_path / "json") for w in words), cwd=tmp_path)
    assert run.rc == 2 and run.out == ""
    assert said in run.err and run.err.count("\n") == 1
    assert not (tmp_path / "x").exists()


def test_a_page_on_standard_output_stands_alone(bench, redis):
    run = bench("-p", redis.port, "-t", "ping_mbulk", "-n", 1000, "--html", "-")
    assert run.rc == 0 and run.out.startswith("<!doctype html>") and run.out.endswith("</html>\n")
