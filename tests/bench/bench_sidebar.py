"""The sidebar with 10,000 sessions, beside Textual's own lists: ``python -m tests.bench.bench_sidebar``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import perf_counter

from textual.app import App, ComposeResult
from textual.widgets import Label, ListItem, ListView, OptionList

from tests.app.widgets.host import shown
from tui_chat.app.widgets import Sidebar
from tui_chat.domain.sessions import ChatSession, SessionSummary

COUNT = 10_000
#: A widget a row is so slow that a part of them has to do; its time is scaled up.
PART = 500


def sessions() -> list[SessionSummary]:
    start = datetime(2026, 11, 20, 12, tzinfo=UTC)
    tags: tuple[list[str], ...] = (["python"], ["rust", "http"], [])
    return [
        ChatSession(
            name=f"Session {n} {'unter' if n % 2 else 'Über'} den Wolken",
            updated_at=start - timedelta(hours=n),
            tags=tags[n % 3],
            pinned=n % 500 == 0,
        ).summary()
        for n in range(COUNT)
    ]


def spent(work: Callable[[], object], times: int = 5) -> float:
    """Return the shortest time in milliseconds."""
    best = float("inf")
    for _ in range(times):
        begun = perf_counter()
        work()
        best = min(best, perf_counter() - begun)
    return best * 1000


async def ours() -> dict[str, float]:
    figures: dict[str, float] = {}
    many = sessions()
    async with shown(Sidebar(), size=(120, 40)) as pilot:
        sidebar = pilot.app.query_one(Sidebar)
        figures["fill"] = spent(lambda: sidebar.set_sessions(many))

        def typed(text: str) -> Callable[[], None]:
            def work() -> None:
                sidebar.rows.filter_text = ""
                sidebar.rows.filter_text = text

            return work

        typed("warm up")()
        empty = spent(typed(""))
        figures["filter by a word"] = spent(typed("uber 77")) - empty / 2
        figures["filter by a tag"] = spent(typed("tag:rust")) - empty / 2
        sidebar.rows.filter_text = ""

        def there_and_back() -> None:
            sidebar.action_last()
            sidebar.action_first()

        figures["to the end and back"] = spent(there_and_back)
        figures["draw 40 rows"] = spent(lambda: [sidebar.rows.render_line(y) for y in range(40)])
    return figures


class Rival(App[None]):
    def compose(self) -> ComposeResult:
        yield OptionList()
        yield ListView()


async def rivals() -> dict[str, float]:
    names = [one.name for one in sessions()]
    app = Rival()
    async with app.run_test(size=(120, 40)) as pilot:
        options = app.query_one(OptionList)
        begun = perf_counter()
        options.add_options(names)
        await pilot.pause()
        option_list = (perf_counter() - begun) * 1000
        begun = perf_counter()
        await app.query_one(ListView).extend(ListItem(Label(name)) for name in names[:PART])
        await pilot.pause()
        list_view = (perf_counter() - begun) * 1000 * COUNT / PART
    return {"OptionList": option_list, f"ListView ({PART} rows, scaled)": list_view}


def main() -> None:
    own, others = asyncio.run(ours()), asyncio.run(rivals())
    print(f"{COUNT:,} sessions, milliseconds, the best of five")
    for name, figure in own.items():
        print(f"  {name:<24}{figure:9.2f}")
    for name, figure in others.items():
        print(f"  fill {name:<34}{figure:9.0f}  {figure / own['fill']:6.1f} × ours")


if __name__ == "__main__":
    main()
