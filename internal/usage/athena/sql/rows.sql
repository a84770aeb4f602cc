-- rows: talks that are not both declared and accepted, by the ends and the service. The internet tries all ports, so that its high
-- ports are one. The flows of those that a flow declares stand for the ends and the service.
kinds AS (
  SELECT
    *,
    CASE
      WHEN flows IS NULL AND action = 'ACCEPT' THEN 'undeclared'
      WHEN flows IS NULL THEN 'rejected'
      WHEN action = 'ACCEPT' THEN 'used'
      WHEN NOT is_request THEN 'refused reply'
      WHEN has_flags AND NOT opens THEN 'refused late'
      ELSE 'refused'
    END AS kind,
    CASE WHEN is_request THEN client ELSE target END AS opener,
    CASE WHEN is_request THEN target ELSE source END AS server,
    CASE WHEN is_request THEN source_inside ELSE target_inside END AS opener_inside
  FROM captured
),
keyed AS (
  SELECT
    *,
    CASE WHEN flows IS NOT NULL THEN NULL WHEN is_request THEN source_area ELSE target_area END AS from_area,
    CASE WHEN flows IS NOT NULL THEN NULL WHEN is_request THEN target_area ELSE source_area END AS to_area,
    CASE
      WHEN flows IS NOT NULL THEN NULL
      WHEN protocol NOT IN (6, 17) THEN CASE protocol WHEN 1 THEN 'icmp' WHEN 58 THEN 'icmpv6' ELSE 'protocol/' || CAST(protocol AS varchar) END
      ELSE CASE protocol WHEN 6 THEN 'tcp/' ELSE 'udp/' END
        || CASE WHEN port >= 1024 AND action = 'REJECT' AND NOT opener_inside THEN '1024-65535' ELSE CAST(port AS varchar) END
    END AS row_service,
    CASE WHEN flows IS NULL THEN guessed END AS row_guessed
  FROM kinds
  WHERE kind <> 'used'
),
counted AS (
  SELECT
    *,
    CASE WHEN row_number() OVER (
      PARTITION BY kind, flows, from_area, to_area, row_service, row_guessed, opener ORDER BY first_seen
    ) = 1 THEN 1 ELSE 0 END AS new_source
  FROM keyed
),
places AS (
  SELECT
    kind,
    flows,
    from_area,
    to_area,
    row_service,
    row_guessed,
    place,
    sum(records) AS records,
    sum(bytes) AS bytes,
    min(first_seen) AS first_seen,
    max(last_seen) AS last_seen,
    sum(new_source) AS new_sources,
    min_by(opener || ' -> ' || server || ' port ' || CAST(port AS varchar), first_seen) AS example,
    min(interface_id) AS interface_id
  FROM counted
  GROUP BY 1, 2, 3, 4, 5, 6, 7
),
best AS (
  SELECT
    *,
    sum(new_sources) OVER (PARTITION BY kind, flows, from_area, to_area, row_service, row_guessed) AS sources,
    row_number() OVER (PARTITION BY kind, flows, from_area, to_area, row_service, row_guessed ORDER BY records DESC, place) AS n
  FROM places
)
SELECT
  b.kind,
  coalesce(fa.name, f.source) AS source,
  coalesce(ta.name, f.destination) AS destination,
  coalesce(b.row_service, f.service) AS service,
  array_join(b.flows, ', ') AS flows,
  b.records,
  b.bytes,
  from_unixtime(b.first_seen) AS first_seen,
  from_unixtime(b.last_seen) AS last_seen,
  b.sources,
  b.example,
  b.interface_id,
  coalesce(b.row_guessed, false) AS opener_is_guessed
FROM best AS b
LEFT JOIN areas AS fa ON fa.area = b.from_area
LEFT JOIN areas AS ta ON ta.area = b.to_area
LEFT JOIN flows AS f ON f.flow = b.flows[1]
WHERE b.n = 1
ORDER BY b.records DESC, 2, 3, 4, 1, 5
