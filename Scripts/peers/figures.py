"""What is made of measured times: medians, spreads, ratios, tables."""

import statistics


def spread(samples):
    """The distance between the quartiles as a share of the median."""
    first, median, third = statistics.quantiles(samples, n=4, method="inclusive")
    return (third - first) / median


def row(contender, reference, **facts):
    """A contender's times, and how many times as long as the reference it took, where there is one."""
    samples = contender.milliseconds
    return {
        "contender": contender.name,
        "precision": contender.precision,
        "median_ms": statistics.median(samples),
        "min_ms": min(samples),
        "spread": spread(samples),
        **(ratios(samples, reference.milliseconds) if reference else {}),
        "samples_ms": samples,
        **facts,
    }


def ratios(samples, reference):
    """The ratio of each round is taken by itself and the median of them is told: what else the machine
    did in a round slowed both.
    """
    rounds = [own / other for own, other in zip(samples, reference)]
    return {
        "ratio_median": statistics.median(rounds),
        "ratio_of_minima": min(samples) / min(reference),
    }


COLUMNS = {
    "contender": ("", str),
    "precision": ("type", str),
    "median_ms": ("median ms", "{:.1f}".format),
    "min_ms": ("min ms", "{:.1f}".format),
    "spread": ("spread", "{:.0%}".format),
    "ratio_median": ("× ours, median", "{:.2f}".format),
    "ratio_of_minima": ("× ours, minima", "{:.2f}".format),
    "images_per_second": ("images/s", "{:.2f}".format),
    "peak_bytes": ("peak MB", lambda bytes: f"{bytes / 1e6:.0f}"),
    "difference": ("largest difference", "{:.2f}".format),
    "psnr": ("PSNR dB", "{:.1f}".format),
    "loss": ("first loss", "{:.3f}".format),
    "compute_ms": ("of it computing", "{:.0f}".format),
    "inside_ms": ("of it reading, computing, writing", "{:.0f}".format),
}


def table(rows):
    """A table in Markdown with the columns that any of `rows` has."""
    columns = {key: COLUMNS[key] for key in COLUMNS if any(key in row for row in rows)}

    def line(cells):
        return f"| {' | '.join(cells)} |"

    lines = [line(title for title, _ in columns.values())]
    lines.append("|---|---|" + "---:|" * (len(columns) - 2))
    for row in rows:
        lines.append(
            line(text(row[key]) if key in row else "" for key, (_, text) in columns.items())
        )
    return "\n".join(lines)
