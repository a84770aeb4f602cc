-- flow_gaps: the gaps of both ends of each flow. A connection between two tiers shows at both, so that the logs of one are enough.
flow_gaps AS (
  SELECT
    e.flow,
    e.side,
    g.gap_from,
    g.gap_to,
    g.unreadable,
    g.any_ipv6,
    max(CASE WHEN g.tier IS NULL THEN t.unknown ELSE g.doubt END) OVER (PARTITION BY e.flow, e.side) AS doubt
  FROM flow_ends AS e
  JOIN tiers AS t ON t.tier = e.tier
  LEFT JOIN tier_gaps AS g ON g.tier = e.tier
),
-- swept: each gap of a flow, with the latest end of the other side's gaps that begin before it.
swept AS (
  SELECT
    *,
    bool_or(side = 1 AND doubt IS NULL) OVER (PARTITION BY flow) AS from_is_logged,
    bool_or(side = 2 AND doubt IS NULL) OVER (PARTITION BY flow) AS to_is_logged,
    max(CASE WHEN side = 1 AND gap_from IS NOT NULL THEN gap_to END) OVER (
      PARTITION BY flow ORDER BY gap_from, gap_to ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS from_gap_to,
    max(CASE WHEN side = 2 AND gap_from IS NOT NULL THEN gap_to END) OVER (
      PARTITION BY flow ORDER BY gap_from, gap_to ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS to_gap_to
  FROM flow_gaps
),
-- common_gaps: the times in which neither end would show a connection. If one end's logs say nothing, those of the other must.
common_gaps AS (
  SELECT
    flow,
    side,
    doubt,
    unreadable,
    any_ipv6,
    from_is_logged,
    to_is_logged,
    gap_from,
    CASE
      WHEN NOT (from_is_logged AND to_is_logged) THEN gap_to
      WHEN side = 1 AND to_gap_to IS NOT NULL THEN least(gap_to, to_gap_to)
      WHEN side = 2 AND from_gap_to IS NOT NULL THEN least(gap_to, from_gap_to)
    END AS gap_to
  FROM swept
),
-- doubts: why a flow may have been used although no record shows it.
doubts AS (
  SELECT
    flow,
    CASE WHEN max(unreadable) > 0 THEN CAST(max(unreadable) AS varchar) || ' lines of the logs cannot be read' END AS unread,
{{- if .UnknownIPv6}}
    CASE WHEN bool_or(any_ipv6) THEN 'records have IPv6 addresses, but the block of the network is not known' END AS ipv6,
{{- else}}
    CAST(NULL AS varchar) AS ipv6,
{{- end}}
    CASE WHEN NOT bool_or(doubt IS NULL) THEN array_join(array_agg(DISTINCT doubt ORDER BY doubt), '; ') END AS unlogged,
    min(CASE WHEN doubt IS NULL AND (gap_from < gap_to OR (NOT (from_is_logged AND to_is_logged) AND gap_from = gap_to)) THEN gap_from END)
      AS gap_from
  FROM common_gaps
  GROUP BY flow
)
