-- uses: the accepted talks of each flow. Those that several flows explain are counted for each, apart from the others.
uses AS (
  SELECT
    c.*,
    u.flow,
    cardinality(c.flows) = 1 AS alone,
    CASE WHEN c.is_request AND row_number() OVER (
      PARTITION BY u.flow, c.is_request, c.client ORDER BY c.first_seen
    ) = 1 THEN 1 ELSE 0 END AS new_source
  FROM captured AS c
  CROSS JOIN UNNEST(c.flows) AS u (flow)
  WHERE c.action = 'ACCEPT'
),
-- places: the same, counted at each place.
places AS (
  SELECT
    flow,
    alone,
    place,
    sum(records) AS records,
    sum(CASE WHEN is_request THEN records ELSE 0 END) AS requests,
    sum(CASE WHEN is_request AND opens THEN records ELSE 0 END) AS opened,
    sum(bytes) AS bytes,
    min(CASE WHEN is_request THEN first_seen END) AS first_seen,
    max(CASE WHEN is_request THEN last_seen END) AS last_seen,
    sum(new_source) AS new_sources,
    array_distinct(flatten(array_agg(DISTINCT flows))) AS explained_by
  FROM uses
  GROUP BY flow, alone, place
),
-- best: of each flow, the place with the most records counts. Traffic that no other flow explains goes first.
best AS (
  SELECT
    *,
    sum(new_sources) OVER (PARTITION BY flow) AS sources,
    array_agg(explained_by) OVER (PARTITION BY flow) AS explained_by_all,
    row_number() OVER (PARTITION BY flow ORDER BY CASE WHEN alone THEN 1 ELSE 2 END, records DESC, place) AS n
  FROM places
)
SELECT
  f.flow,
  f.source,
  f.destination,
  f.service,
  CASE
    WHEN b.alone THEN 'used'
    WHEN NOT b.alone THEN 'perhaps used'
    WHEN d.flow IS NULL OR d.unread IS NOT NULL OR d.ipv6 IS NOT NULL OR d.unlogged IS NOT NULL OR d.gap_from IS NOT NULL THEN 'not seen'
    ELSE 'never used'
  END AS verdict,
  coalesce(b.requests, 0) AS records,
  coalesce(b.opened, 0) AS opened,
  coalesce(b.bytes, 0) AS bytes,
  from_unixtime(b.first_seen) AS first_seen,
  from_unixtime(b.last_seen) AS last_seen,
  coalesce(b.sources, 0) AS sources,
  CASE WHEN NOT b.alone THEN array_join(array_sort(array_remove(array_distinct(flatten(b.explained_by_all)), f.flow)), ', ') END AS shared_with,
  CASE WHEN b.flow IS NULL THEN concat_ws('; ', d.unread, d.ipv6, d.unlogged,
    CASE WHEN d.gap_from IS NOT NULL THEN 'the logs lack a time, first from ' || CAST(from_unixtime(d.gap_from) AS varchar) END) END AS doubts
FROM flows AS f
LEFT JOIN best AS b ON b.flow = f.flow AND b.n = 1
LEFT JOIN doubts AS d ON d.flow = f.flow
ORDER BY f.flow
