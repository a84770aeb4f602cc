-- lengths: each gap of a tier, with the end of those before it, so that no time is counted twice.
lengths AS (
  SELECT
    *,
    max(gap_to) OVER (PARTITION BY tier ORDER BY gap_from, gap_to ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS gap_before
  FROM tier_gaps
  WHERE gap_from IS NOT NULL
),
missing AS (
  SELECT
    tier,
    count(CASE WHEN gap_before IS NULL OR gap_from > gap_before THEN 1 END) AS gaps,
    sum(CASE WHEN gap_before IS NULL OR gap_from >= gap_before THEN gap_to - gap_from WHEN gap_to > gap_before THEN gap_to - gap_before ELSE 0 END) AS seconds,
    min(gap_from) AS first_gap
  FROM lengths
  GROUP BY tier
)
SELECT
  t.tier,
  coalesce(g.interfaces, 0) AS interfaces,
  CASE WHEN g.interfaces > 0 AND g.period_to > g.period_from
    THEN 1 - CAST(coalesce(m.seconds, 0) AS double) / (g.period_to - g.period_from) ELSE 0 END AS covered,
  coalesce(m.gaps, 0) AS gaps,
  from_unixtime(m.first_gap) AS first_gap,
  from_unixtime(g.period_from) AS period_from,
  from_unixtime(g.period_to) AS period_to,
  CASE WHEN g.tier IS NULL THEN t.unknown ELSE g.doubt END AS doubt
FROM tiers AS t
LEFT JOIN tier_gaps AS g ON g.tier = t.tier AND g.why = 'the tier'
LEFT JOIN missing AS m ON m.tier = t.tier
ORDER BY t.tier
