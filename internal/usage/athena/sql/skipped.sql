-- outside: the talks that say nothing about the flows of the network.
outside AS (
  SELECT
    CASE WHEN NOT sa.inside AND NOT ta.inside THEN 'of other VPCs, or without an address of the network' ELSE 'of the network''s own equipment' END AS what,
    k.records
  FROM placed AS k
  JOIN areas AS sa ON sa.area = k.source_area
  JOIN areas AS ta ON ta.area = k.target_area
  JOIN (
    SELECT interface_id, bool_or(equipment AND own_count = 1) AS equipment FROM own_areas GROUP BY interface_id
  ) AS i ON i.interface_id = k.interface_id
  WHERE (NOT sa.inside AND NOT ta.inside) OR i.equipment
)
SELECT what, sum(records) AS records
FROM (
  SELECT
    CASE status
      WHEN 'no data' THEN 'of idle interfaces'
      WHEN 'lost' THEN 'stand for records that AWS lost (SKIPDATA)'
      WHEN 'foreign' THEN 'of other VPCs, or without an address of the network'
      WHEN 'own equipment' THEN 'of the network''s own equipment'
      WHEN 'unreadable' THEN 'cannot be read'
    END AS what,
    count(*) AS records
  FROM records
  WHERE status <> 'ok'
  GROUP BY 1
  UNION ALL
  SELECT what, records FROM outside
) AS all_skipped
GROUP BY what
ORDER BY what
