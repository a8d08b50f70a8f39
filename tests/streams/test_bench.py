"""What `bitaqa bench pipeline` makes of the times at which results came."""

import pytest

from streams.bench import steady_per_s

PER_S = 12.5


def test_the_speed_is_that_between_filling_and_draining() -> None:
    """A slow first and a slow last tenth change nothing."""
    steady = [1 + number / PER_S for number in range(100)]
    slow = [number * 0.1 for number in range(10)]
    end = steady[-1]

    found = steady_per_s([*slow, *steady[10:90], *(end + one for one in slow)])

    assert found == pytest.approx(PER_S)


@pytest.mark.parametrize("together", [3, 7, 17, 25])
def test_results_that_come_by_the_transaction_count_by_the_transaction(together: int) -> None:
    """However the ends lie to it, one is counted whole or not at all."""
    arrivals = [(number // together) * together / PER_S for number in range(300)]

    assert steady_per_s(arrivals) == pytest.approx(PER_S)
