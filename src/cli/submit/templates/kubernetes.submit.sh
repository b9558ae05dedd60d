# What an earlier call left: shards that are whole are on the volume, and end at once.
kubectl delete --ignore-not-found -f merge.yaml -f shards.yaml || exit 1
kubectl delete --ignore-not-found configmap @NAME@ || exit 1
kubectl create configmap @NAME@ \
  --from-file=shard.sh --from-file=merge.sh --from-file=scenario.resolved.toml || exit 1
kubectl create -f shards.yaml || exit 1
while :; do
  state=$(kubectl get job @NAME@ -o 'jsonpath={.status.conditions[?(@.status=="True")].type}') || exit 1
  case " $state " in
    *" Complete "*) break ;;
    *" Failed "*) fail "some shards failed; kubectl logs --selector job-name=@NAME@ says why" ;;
  esac
  sleep 15
done
kubectl create -f merge.yaml
