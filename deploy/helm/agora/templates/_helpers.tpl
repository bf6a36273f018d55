{{- define "agora.name" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{ .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" }}
{{- end -}}
{{- end }}

{{- define "agora.image" -}}
{{- with .Values.image -}}
{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end -}}
{{- end }}

{{/* Takes a list of the root context and a component's name. */}}
{{- define "agora.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ $root.Chart.Name }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- define "agora.labels" -}}
{{- $root := index . 0 -}}
{{ include "agora.selector" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ $root.Chart.Name }}-{{ $root.Chart.Version }}
{{- end }}

{{/* What follows the name of a service. */}}
{{- define "agora.inside" -}}
{{ .Release.Namespace }}.svc.{{ .Values.clusterDomain }}
{{- end }}

{{/* A service's whole name: neither HAProxy nor the replicas look in search domains. */}}
{{- define "agora.at" -}}
{{- $root := index . 0 -}}
{{ include "agora.name" $root }}-{{ index . 1 }}.{{ include "agora.inside" $root }}
{{- end }}

{{/* The servers of MySQL, each with its port, with commas between. */}}
{{- define "agora.mysql" -}}
{{- $root := . -}}
{{- $hosts := list -}}
{{- if .Values.mysql.innodbCluster.enabled -}}
{{- $name := printf "%s-mysql" (include "agora.name" .) -}}
{{- range $index := until (int .Values.mysql.innodbCluster.instances) -}}
{{- $pod := printf "%s-%d.%s-instances.%s" $name $index $name (include "agora.inside" $root) -}}
{{- $hosts = append $hosts (printf "%s:3306" $pod) -}}
{{- end -}}
{{- else -}}
{{- if not .Values.mysql.hosts -}}
{{- fail "mysql.hosts must name a server of MySQL, or mysql.innodbCluster.enabled be true" -}}
{{- end -}}
{{- range .Values.mysql.hosts -}}
{{- $hosts = append $hosts (printf "%s:%d" . (int $root.Values.mysql.port)) -}}
{{- end -}}
{{- end -}}
{{ join "," $hosts }}
{{- end }}

{{/* A variable that stands in the Secret. Takes a list of the root context and its name. */}}
{{- define "agora.secret" -}}
- name: {{ index . 1 }}
  valueFrom: { secretKeyRef: { name: {{ (index . 0).Values.secret }}, key: {{ index . 1 }} } }
{{- end }}

{{/* The address of the database for an account, which is that of the component. */}}
{{- define "agora.database" -}}
{{- $root := index . 0 -}}
{{- $role := index . 1 -}}
{{- $password := printf "DB_PASSWORD_%s" (upper $role) -}}
{{ include "agora.secret" (list $root $password) }}
- name: DATABASE_URL
  value: mysql://agora_{{ $role }}:$({{ $password }})@{{ include "agora.mysql" $root }}/agora
{{- end }}

{{- define "agora.redis" -}}
{{ include "agora.secret" (list . "REDIS_PASSWORD") }}
- name: REDIS_URL
  value: {{ .Values.redis.url | quote }}
{{- end }}

{{/* What is in docs/configuration.md, sorted by name. Takes a list of the root context and the names. */}}
{{- define "agora.settings" -}}
{{- $root := index . 0 -}}
{{- range $name := index . 1 -}}
{{- if hasKey $root.Values.settings $name }}
- name: {{ $name }}
  value: {{ get $root.Values.settings $name | toString | quote }}
{{- end -}}
{{- end -}}
{{- end }}

{{/* What all pods have alike. Takes a list of the root context, the component and its seconds to end. */}}
{{- define "agora.pod" -}}
{{- $root := index . 0 -}}
{{- $selector := include "agora.selector" (list $root (index . 1)) -}}
automountServiceAccountToken: false
enableServiceLinks: false
terminationGracePeriodSeconds: {{ index . 2 }}
{{- with $root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with $root.Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with $root.Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  # The image's users, whom it names by name alone: bun, and haproxy.
  runAsUser: {{ ternary 99 1000 (eq (index . 1) "haproxy") }}
  seccompProfile: { type: RuntimeDefault }
# A node that is gone is known to be after 40 s; its pods are made elsewhere 10 s later, not 300.
tolerations:
  - { key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 10 }
  - { key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 10 }
topologySpreadConstraints:
  {{- range $key := list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ $key }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- $selector | nindent 8 }}
  {{- end }}
{{- end }}

{{- define "agora.locked" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{/* Where the batchers are: one serves, and is found by asking all of them. */}}
{{- define "agora.batchers" -}}
{{- $root := . -}}
{{- $places := list -}}
{{- $name := printf "%s-batcher" (include "agora.name" .) -}}
{{- range $index := until (int .Values.batcher.replicas) -}}
{{- $place := printf "http://%s-%d.%s.%s:4000" $name $index $name (include "agora.inside" $root) -}}
{{- $places = append $places $place -}}
{{- end -}}
{{ join "|" $places }}
{{- end }}
