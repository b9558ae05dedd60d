# shellcheck shell=bash
# Slurm on this machine alone, without cgroups or systemd: sourced by tests/cluster.sh.

# Starts munge, the controller and one node in the folder $1; what they have to say is there.
start_slurm() {
  slurm=$1
  mkdir -p "$slurm/state" "$slurm/spool"
  # Only whoever runs this may have a hand in the key, the socket and the folders above them.
  chmod 0755 "$slurm"
  dd if=/dev/urandom of="$slurm/munge.key" bs=1024 count=1 2>/dev/null
  chmod 0600 "$slurm/munge.key"
  munged --foreground --force --num-threads=2 --key-file="$slurm/munge.key" \
    --socket="$slurm/munge.socket" --pid-file="$slurm/munge.pid" \
    --log-file="$slurm/munged.log" --seed-file="$slurm/munge.seed" >/dev/null 2>&1 &
  started "$!"
  host=$(hostname -s)
  # Sixteen processors, however many there are, so that all shards run side by side. A task that
  # is put back into the queue waits for as long as its old credential is good, at least 5 seconds.
  cat >"$slurm/slurm.conf" <<EOF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$slurm/munge.socket,cred_expire=5
CredType=cred/munge
StateSaveLocation=$slurm/state
SlurmdSpoolDir=$slurm/spool
SlurmctldPidFile=$slurm/slurmctld.pid
SlurmdPidFile=$slurm/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=2,bf_interval=2,batch_sched_delay=0
JobCompType=jobcomp/none
MailProg=$(command -v true)
ReturnToService=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=16 RealMemory=1000000 State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
EOF
  export SLURM_CONF="$slurm/slurm.conf"
  wait_for 10 "munge's socket" test -S "$slurm/munge.socket"
  slurmctld -D >"$slurm/slurmctld.log" 2>&1 &
  started "$!"
  slurmd -D -N "$host" >"$slurm/slurmd.log" 2>&1 &
  started "$!"
  wait_for 30 "a node of Slurm" node_is_idle
}

node_is_idle() {
  [ "$(sinfo --noheader --format=%T 2>/dev/null)" = idle ]
}
