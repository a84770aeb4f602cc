-- windows: the times of records. An interface writes one at least each minute, or each ten minutes.
windows AS (
  SELECT
    interface_id,
    CASE WHEN status IN ('ok', 'no data') THEN 'recorded' ELSE status END AS class,
    min(started) AS first_seen,
    max(ended) AS last_seen,
    max(ended - started) AS longest,
    coalesce(bool_or(status = 'ok' AND action = 'ACCEPT'), false) AS accepted,
    coalesce(bool_or(status = 'ok' AND strpos(source, ':') > 0), false) AS has_ipv6,
    count(*) AS records
  FROM records
  WHERE status IN ('ok', 'no data', 'lost', 'unreadable')
  GROUP BY 1, 2, started - started % 180
),
-- edges: each time, with the end of the times before it. Shorter than tolerance, a time without records is no gap: two windows, and the
-- inaccuracy of AWS's times.
edges AS (
  SELECT
    *,
    max(last_seen) OVER (
      PARTITION BY interface_id, class ORDER BY first_seen, last_seen ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS last_before,
    min(CASE WHEN class <> 'unreadable' THEN first_seen END) OVER () AS period_from,
    max(CASE WHEN class <> 'unreadable' THEN last_seen END) OVER () AS period_to,
    CASE WHEN coalesce(max(CASE WHEN class = 'recorded' THEN longest END) OVER (), 0) <= 90 THEN 180 ELSE 1260 END AS tolerance,
    coalesce(sum(CASE WHEN class = 'unreadable' THEN records END) OVER (), 0) AS unreadable,
    bool_or(has_ipv6) OVER () AS any_ipv6
  FROM windows
),
-- tier_interfaces: the interfaces of each tier, and those that may be of it. An idle interface of unknown address may be of any.
tier_interfaces AS (
  SELECT
    *,
    count(CASE WHEN is_known THEN 1 END) OVER (PARTITION BY tier) AS interfaces
  FROM (
    SELECT DISTINCT
      t.tier,
      o.interface_id,
      o.own_count = 1 OR o.equipment AS is_known
    FROM own_areas AS o
    JOIN area_tiers AS t ON t.area = o.area OR (o.own_count = 0 AND NOT o.has_packets)
    WHERE NOT (o.own_count = 1 AND o.equipment)
  ) AS found
),
tier_windows AS (
  SELECT
    i.tier,
    i.is_known,
    i.interfaces,
    e.*,
    max(CASE WHEN i.is_known AND e.class = 'recorded' THEN e.last_seen END) OVER (
      PARTITION BY i.tier ORDER BY e.first_seen, e.last_seen ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS tier_before,
    max(CASE WHEN i.is_known AND e.class = 'recorded' THEN e.last_seen END) OVER (PARTITION BY i.tier) AS tier_last,
    bool_or(i.is_known AND e.accepted) OVER (PARTITION BY i.tier) AS tier_accepted,
    row_number() OVER (PARTITION BY i.tier ORDER BY e.first_seen, e.last_seen) AS n
  FROM tier_interfaces AS i
  JOIN edges AS e ON e.interface_id = i.interface_id
),
-- tier_gaps: the times of which the logs of a tier may lack records. One row of each tier, without times, says what else is in doubt.
tier_gaps AS (
  SELECT *
  FROM (
    SELECT
      tier,
      interfaces,
      period_from,
      period_to,
      unreadable,
      any_ipv6,
      why,
      CASE
        WHEN interfaces = 0 THEN 'no record is known to be of an interface of ' || tier
        WHEN NOT tier_accepted
          THEN 'the interfaces of ' || tier || ' recorded no accepted traffic, so their log may be of rejected traffic only'
      END AS doubt,
      CASE
        WHEN why = 'an interface has no records' AND class = 'recorded' AND first_seen > last_before + tolerance THEN last_before
        WHEN why = 'AWS lost records' AND class = 'lost' AND first_seen - last_before <= 180 THEN least(last_before, first_seen)
        WHEN why = 'AWS lost records' AND class = 'lost' THEN first_seen
        WHEN why = 'no interface has records' AND is_known AND class = 'recorded'
          AND first_seen > coalesce(tier_before, period_from) + tolerance THEN coalesce(tier_before, period_from)
        WHEN why = 'the end is missing' AND n = 1 AND period_to > tier_last + tolerance THEN tier_last
      END AS gap_from,
      CASE why WHEN 'AWS lost records' THEN last_seen WHEN 'the end is missing' THEN period_to ELSE first_seen END AS gap_to
    FROM tier_windows
    CROSS JOIN (VALUES
      ('an interface has no records'), ('AWS lost records'), ('no interface has records'), ('the end is missing'), ('the tier')
    ) AS reasons (why)
    WHERE n = 1 OR why <> 'the tier'
  ) AS gap
  WHERE gap_from IS NOT NULL OR why = 'the tier'
)
