#!/bin/sh
# Made by `cron2aws export`; the next export writes it anew. README.md tells what it does.
#
#   ./deploy.sh                      all of it
#   ./deploy.sh foundation target    what makes roles
#   ./deploy.sh tasks                the tasks
#
# It needs the aws CLI, 1 or 2, with credentials of the account. PARALLEL says how many tasks are
# deployed at a time (4). What is as it should be already is left alone; nothing is ever deleted.
set -eu

# (settings)

cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# an aws that is at work goes on to its end
trap 'wait; exit 130' INT
trap 'wait; exit 143' TERM

say() { printf '%s\n' "$*" >&2; }

cfn() { aws --region "$region" cloudformation "$@"; }

# [{"ParameterKey": "A", "ParameterValue": "b"}] as lines "A=b"
pairs() {
  [ -r "$1" ] || { say "$1 is missing: this is no whole export"; exit 1; }
  sed -n 's/^ *{"[A-Za-z]*Key": "\([^"]*\)", "[A-Za-z]*Value": "\(.*\)"},\{0,1\}$/"\1=\2"/p' "$1"
}

# lines as a JSON list, the form in which every release of the CLI takes parameters and tags
listed() {
  sed -e '$!s/$/,/' >"$1.lines"
  { echo '['; cat "$1.lines"; echo ']'; } >"$1"
}

outputs() {
  cfn describe-stacks --stack-name "$1" --output text \
    --query 'Stacks[0].Outputs[].[OutputKey,OutputValue]' >"$work/$1.outputs"
}

output() {
  awk -F '\t' -v key="$2" '$1 == key { print $2; found = 1 } END { exit !found }' \
    "$work/$1.outputs" || { say "stack $1 has no output $2: deploy it first"; return 1; }
}

# STACK KEY...: its outputs as lines "KEY=value"
handed() {
  from=$1
  shift
  for key; do
    value=$(output "$from" "$key")
    printf '"%s=%s"\n' "$key" "$value"
  done
}

# STACK TEMPLATE FILE [OPTION]...: FILE has further parameters as lines
deploy() {
  name=$1 body=$2 further=$3
  shift 3
  pairs "stacks/$name.parameters.json" >"$work/$name.pairs"
  cat "$work/$name.pairs" "$further" | listed "$work/$name.parameters"
  pairs "stacks/$name.tags.json" >"$work/$name.pairs"
  listed "$work/$name.tags" <"$work/$name.pairs"
  cfn deploy --stack-name "$name" --template-file "templates/$body" \
    --no-fail-on-empty-changeset --parameter-overrides "file://$work/$name.parameters" \
    --tags "file://$work/$name.tags" "$@"
}

protect() {
  cfn update-termination-protection --enable-termination-protection --stack-name "$1" >/dev/null
}

deploy_foundation() {
  if [ -z "$foundation" ]; then say 'the tasks have roles of their own: no foundation'; return; fi
  : >"$work/none"
  deploy "$foundation" foundation.yaml "$work/none" --capabilities CAPABILITY_IAM \
    ${role:+--role-arn "$role"}
  protect "$foundation"
}

deploy_target() {
  if [ -z "$target" ]; then say 'the tasks have roles of their own: no target'; return; fi
  outputs "$foundation"
  # shellcheck disable=SC2086 # names of parameters
  handed "$foundation" $of_target >"$work/of-foundation"
  deploy "$target" target.yaml "$work/of-foundation" --capabilities CAPABILITY_IAM \
    ${role:+--role-arn "$role"}
  protect "$target"
}

deploy_task() {
  if [ -n "$target" ]; then
    deploy "$1" "$template" "$work/handed" --role-arn "$by"
  else
    deploy "$1" "$template" "$work/handed" --capabilities CAPABILITY_IAM ${by:+--role-arn "$by"}
  fi
  if [ -n "$protected" ]; then protect "$1"; fi
}

deploy_tasks() {
  : >"$work/handed"
  by=$role
  if [ -n "$target" ]; then
    outputs "$foundation"
    outputs "$target"
    # shellcheck disable=SC2086 # names of parameters
    { handed "$foundation" $from_foundation; handed "$target" $from_target; } >"$work/handed"
    by=${role:-$(output "$target" DeployRoleArn)}
  fi
  running='' count=0 failed=''
  for task in $tasks; do
    deploy_task "$task" >"$work/$task.log" 2>&1 &
    running="$running $task:$!"
    count=$((count + 1))
    if [ "$count" -ge "${PARALLEL:-4}" ]; then await; fi
  done
  await
  if [ -n "$failed" ]; then
    say "not deployed:$failed"
    return 1
  fi
}

await() {
  for each in $running; do
    if wait "${each##*:}"; then
      say "$(tail -n 1 "$work/${each%:*}.log")"
    else
      failed="$failed ${each%:*}"
      say "${each%:*}:"
      sed 's/^/  /' "$work/${each%:*}.log" >&2
    fi
  done
  running='' count=0
}

if [ $# -eq 0 ]; then set -- foundation target tasks; fi
for part; do
  case $part in
    foundation | target | tasks) ;;
    *) say "deploy.sh [foundation] [target] [tasks], not $part"; exit 2 ;;
  esac
done
caller=$(aws --region "$region" sts get-caller-identity --query Account --output text)
if [ "$caller" != "$account" ]; then
  say "these are credentials of account $caller, and the export is for $account"
  exit 1
fi
for part in foundation target tasks; do
  case " $* " in *" $part "*) "deploy_$part" ;; esac
done
