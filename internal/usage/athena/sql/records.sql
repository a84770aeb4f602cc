-- records: each line of the logs, and what it stands for. AWS loses records (lost) and says so; a line that does not make sense may
-- stand for anything (unreadable).
records AS (
  SELECT
    interface_id,
    {{or (column "interface-tag") "CAST(NULL AS varchar)"}} AS tag,
    lower(srcaddr) AS source,
    lower(dstaddr) AS target,
    {{with column "pkt-srcaddr"}}CASE WHEN {{.}} IN ('', '-') THEN NULL ELSE lower({{.}}) END{{else}}CAST(NULL AS varchar){{end}} AS packet_source,
    srcport,
    dstport,
    protocol,
    packets,
    bytes,
    "start" AS started,
    "end" AS ended,
    action,
    {{with column "tcp-flags"}}CASE WHEN protocol = 6 THEN bitwise_and({{.}}, 18) END{{else}}CAST(NULL AS bigint){{end}} AS syn_ack,
    {{with column "flow-direction"}}CASE WHEN {{.}} IN ('ingress', 'egress') THEN {{.}} END{{else}}CAST(NULL AS varchar){{end}} AS direction,
    CASE
      WHEN "start" IS NULL OR "end" IS NULL OR "start" <= 0 OR "end" < "start" OR "end" > 8589934592 THEN 'unreadable'
      WHEN interface_id IS NULL OR interface_id = '' THEN 'unreadable'
      WHEN interface_id = '-'{{with column "resource-id"}} AND coalesce({{.}}, '') IN ('', '-'){{end}} THEN 'unreadable'
      WHEN log_status IS NULL OR log_status NOT IN ('OK', 'NODATA', 'SKIPDATA') THEN 'unreadable'
      WHEN log_status = 'OK' AND NOT coalesce(
        {{isAddress "srcaddr" "          "}}
        AND {{isAddress "dstaddr" "          "}}
        AND action IN ('ACCEPT', 'REJECT')
        AND protocol BETWEEN 0 AND 255
        AND srcport BETWEEN 0 AND 65535
        AND dstport BETWEEN 0 AND 65535
        AND packets >= 0
        AND bytes >= 0, false) THEN 'unreadable'
{{- if and .VPC (column "vpc-id")}}
      WHEN vpc_id NOT IN ('', '-', {{text .VPC}}) THEN 'foreign'
{{- end}}
      WHEN interface_id = '-' THEN 'own equipment'
      WHEN log_status = 'NODATA' THEN 'no data'
      WHEN log_status = 'SKIPDATA' THEN 'lost'
      ELSE 'ok'
    END AS status
  FROM {{.Table}}
{{- with .Period}}
  WHERE {{.}}
{{- end}}
)
