#!/usr/bin/env bash
# From a fresh checkout to the figures, or to the test results: fetches what is missing, configures, builds, runs.
# Rerunning does only what is left to do: finished cells are kept in the result files.
# bash 3.2 (macOS) is enough: no mapfile, and no "${x[@]}" of an x that may be empty, which it calls unbound.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly root

usage() {
  cat <<'END'
usage: ./run_experiments.sh [OPTION …] [EXPERIMENT …]

Runs experiments/*.toml, or only those named, and draws their figures into results/figures.

  --quick        small versions of the same sweeps, into results/quick
  --test         build everything and run all tests instead (with CI=true: warnings are errors); .ci/deep has more
  --bench        build the benchmarks and time every kernel instead, into results/bench, with figures; ten minutes, for
                 which the machine should have nothing else to do (--quick: every row, briefly)
  --preset NAME  CMake preset, built in build/NAME: default, debug, cuda, ci
  --no-bootstrap leave the machine as it is: all dependencies come from the environment (Spack, modules)
  --help         this text

Environment: PYTHON is the interpreter to try first; OMP_NUM_THREADS, OMP_PROC_BIND, OMP_WAIT_POLICY are kept
if set. Exit code: 0 all well, 1 a step or a cell failed, 2 usage, 3 a verdict contradicts a claim,
4 interrupted: run the same command again to resume.
END
}

# ---- words -------------------------------------------------------------------------------------------------

current_step=''
advice=''

say()   { printf '[%5d s] %s\n' "$SECONDS" "$*"; }
usage_error() { printf 'run_experiments.sh: %s (see --help)\n' "$*" >&2; exit 2; }

# step WHAT ADVICE: from here on a failure is reported as that of WHAT, with ADVICE on what to do.
step() { current_step=$1; advice=$2; say "$1"; }

on_exit() {
  local code=$?
  if ((code != 0)) && [[ -n $current_step ]]; then
    printf '\n[%5d s] FAILED (exit %d): %s\n          %s\n' "$SECONDS" "$code" "$current_step" "$advice" >&2
  fi
}
trap on_exit EXIT

have() { command -v "$1" >/dev/null 2>&1; }

# ---- what to do --------------------------------------------------------------------------------------------

mode=experiments
preset=''
bootstrap=yes
quick=()
results=results
experiments=()

parse() {
  while (($#)); do
    case $1 in
      --quick) quick=(--quick); results=results/quick ;;
      --test) mode='test' ;;
      --bench) mode=bench ;;
      --preset) (($# > 1)) || usage_error "--preset needs a name"; preset=$2; shift ;;
      --preset=*) preset=${1#*=} ;;
      --no-bootstrap) bootstrap=no ;;
      -h | --help) usage; exit 0 ;;
      -*) usage_error "unknown option: $1" ;;
      *) experiments+=("$(basename "$1" .toml)") ;;
    esac
    shift
  done
  if [[ $mode == test ]] && ((${#experiments[@]} + ${#quick[@]})); then
    usage_error "--test runs all tests: it takes neither --quick nor experiments"
  fi
  if [[ $mode == bench ]] && ((${#experiments[@]})); then
    usage_error "--bench times everything: it takes no experiments"
  fi
  if [[ -z $preset ]]; then
    preset=default
    if [[ $mode == test && ${CI-} == true ]]; then preset=ci; fi
  fi
}

# The names of all experiments: those that open with "# Figure N" by number, then those with "# Table N", then the others.
all_experiments() {
  local file place
  for file in experiments/*.toml; do
    [[ -e $file ]] || continue
    place=$(sed -nE -e '1s/^# *Figure +([0-9]+).*/1 \1/p' -e '1s/^# *Table +([0-9]+).*/2 \1/p' "$file")
    printf '%s %s\n' "${place:-3 0}" "$(basename "$file" .toml)"
  done | sort -k1,1n -k2,2n -k3 | cut -d' ' -f3-
}

choose_experiments() {
  local known=() name
  while IFS= read -r name; do known+=("$name"); done < <(all_experiments)
  ((${#known[@]})) || usage_error "no experiments/*.toml here"
  if ((${#experiments[@]} == 0)); then experiments=("${known[@]}"); fi
  for name in "${experiments[@]}"; do
    [[ -e experiments/$name.toml ]] || usage_error "no experiment '$name'; there are: ${known[*]}"
  done
}

# ---- set-up ------------------------------------------------------------------------------------------------

# Sets python to the first that can import what the figures need, and for --test what the tests need.
python=''
choose_python() {
  local modules='numpy, scipy, matplotlib, h5py, xarray, h5netcdf' candidate
  if [[ $mode == test ]]; then modules+=', pytest, mpmath'; fi
  step "choose a Python" \
    "Neither python3 nor /usr/bin/python3 can import $modules. Install them, or name one that can: PYTHON=…"
  for candidate in "${PYTHON-}" python3 /usr/bin/python3; do
    [[ -n $candidate ]] || continue
    if python=$("$candidate" -c "import $modules, sys; print(sys.executable)" 2>/dev/null); then
      say "  $python"
      return
    fi
    if [[ $candidate == "${PYTHON-}" ]]; then say "  PYTHON=$PYTHON lacks one of $modules: trying others" >&2; fi
  done
  exit 1
}

# CMakeLists.txt compiles through ccache if it is here; with no folder to write to, ccache fails rather than compiles.
spare_ccache() {
  local folder
  have ccache || return 0
  folder=$(ccache --get-config cache_dir 2>/dev/null) || folder=''
  if [[ -z $folder ]] || ! mkdir -p "$folder" 2>/dev/null || [[ ! -w $folder ]]; then export CCACHE_DISABLE=1; fi
}

# Cores that we may use. nproc would otherwise answer with OMP_NUM_THREADS; where there is none (macOS), others know.
cores() {
  env -u OMP_NUM_THREADS -u OMP_THREAD_LIMIT nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null ||
    sysctl -n hw.ncpu 2>/dev/null || echo 1
}

configure_and_build() {
  if [[ $bootstrap == yes ]]; then
    step "bootstrap: look for dependencies" \
      "third_party/README.md says what is needed; --no-bootstrap if the environment has everything (spack.yaml)."
    if [[ $mode == test ]]; then third_party/bootstrap --test; else third_party/bootstrap; fi
  fi

  choose_python

  step "configure build/$preset" \
    "CMake's message is above. After moving the checkout or changing compilers: rm -rf build/$preset, then again."
  spare_ccache
  cmake --preset "$preset" -DPython3_EXECUTABLE="$python" || exit 1

  step "build build/$preset ($(cores) jobs)" \
    "The compiler's message is above. Killed for memory? cmake --build build/$preset --parallel 1, then again."
  # Experiments need only the program, not the tests.
  local target=(--target plumbline)
  if [[ $mode == test ]]; then target=(); fi
  if [[ $mode == bench ]]; then target+=(benchmarks); fi
  cmake --build "build/$preset" --parallel "$(cores)" ${target[@]+"${target[@]}"} || exit 1
}

# ---- tests -------------------------------------------------------------------------------------------------

run_tests() {
  # Several tests run at once, each with two threads, so that races have a chance to show. Threads must sleep
  # while they wait, and not be pinned: with the defaults (spinning), two such programs on two cores took 35 times
  # as long per kernel launch as with these.
  export OMP_NUM_THREADS=${OMP_NUM_THREADS-2}
  export OMP_WAIT_POLICY=${OMP_WAIT_POLICY-passive}
  export OMP_PROC_BIND=${OMP_PROC_BIND-false}
  step "test build/$preset ($(cores) at once)" ""
  # exec: ctest's own summary ends the output, and its exit code is ours. Tests with the label deep are .ci/deep's.
  exec ctest --test-dir "build/$preset" --no-tests=error --output-on-failure --parallel "$(cores)" -LE '^deep$'
}

# ---- benchmarks --------------------------------------------------------------------------------------------

run_benchmarks() {
  local out=results/bench name code=0
  step "benchmarks into $out" "A row whose result is wrong is named above; the others are kept."
  "$python" analysis/bench/run.py "build/$preset" "$out" --threads "$(cores)" ${quick[@]+"${quick[@]}"} || code=$?
  export MPLBACKEND=${MPLBACKEND-Agg}
  for name in roofline growth; do
    step "draw $name" "Again by hand: $python analysis/bench/$name.py $out"
    "$python" "analysis/bench/$name.py" "$out"
  done
  current_step=''
  say "done; beside other programs, where they are installed: python3 analysis/bench/peers.py"
  exit "$code"
}

# ---- experiments -------------------------------------------------------------------------------------------

worst=0      # exit code to end with
figures=()   # experiments whose figure was drawn

run_experiment() {
  local name=$1 code=0
  local spec=experiments/$name.toml out=$results/$name.h5
  local again="build/$preset/plumbline run $spec --out $out${quick[*]:+ ${quick[*]}}"
  step "run $name" "Again by hand: $again"
  "build/$preset/plumbline" run "$spec" --out "$out" ${quick[@]+"${quick[@]}"} || code=$?
  case $code in
    0) ;;
    1) say "  a cell of $name failed; the others are kept. Again: $again --failed" >&2; worst=1 ;;
    3) say "  a verdict of $name contradicts a claim: build/$preset/plumbline verify $out" >&2
       if ((worst == 0)); then worst=3; fi ;;
    4) advice="Interrupted; what was finished is kept. Run the same command again to resume."; exit 4 ;;
    2) advice="The message is above. Does $spec fit this version of plumbline?"; exit 2 ;;
    *) advice="plumbline died. Again by hand: $again"; exit 1 ;;
  esac
}

draw_figure() {
  local name=$1 out=$results/$1.h5
  if [[ ! -e analysis/$name.py ]]; then say "  no analysis/$name.py: nothing to draw"; return; fi
  if [[ ! -e $out ]]; then say "  no $out: nothing to draw" >&2; return; fi
  step "draw $name" "Again by hand: $python analysis/$name.py $out --figures $results/figures"
  "$python" "analysis/$name.py" "$out" --figures "$results/figures"
  figures+=("$name")
}

run_experiments() {
  # One program at a time has the machine: spinning, pinned threads are the fastest, and stay so when something
  # else takes a core.
  local threads
  threads=${OMP_NUM_THREADS-${SLURM_CPUS_PER_TASK-$(cores)}}
  export OMP_NUM_THREADS=$threads
  if [[ -z ${OMP_PROC_BIND+set} ]]; then export OMP_PROC_BIND=spread OMP_PLACES=${OMP_PLACES-threads}; fi
  export MPLBACKEND=${MPLBACKEND-Agg}

  mkdir -p "$results/figures"
  local name
  for name in "${experiments[@]}"; do
    run_experiment "$name"
    draw_figure "$name"
  done

  current_step=''
  say "done; figures:"
  local file
  for name in ${figures[@]+"${figures[@]}"}; do
    for file in "$results/figures/$name".pdf "$results/figures/$name".png; do
      if [[ -e $file ]]; then printf '  %s\n' "$root/$file"; fi
    done
  done
  if ((worst == 1)); then printf 'Some cells failed, see above.\n' >&2; fi
  if ((worst == 3)); then printf 'Some verdicts contradict a claim, see above.\n' >&2; fi
  exit "$worst"
}

main() {
  parse "$@"
  case ${PYTHON-} in
    /*) ;;
    */*) PYTHON=$PWD/$PYTHON ;;  # relative to where we were called, not to where we go
  esac
  cd "$root"
  exec </dev/null   # some machines start us with no standard input at all
  if [[ $mode == experiments ]]; then choose_experiments; fi
  configure_and_build
  case $mode in
    test) run_tests ;;
    bench) run_benchmarks ;;
    *) run_experiments ;;
  esac
}

main "$@"
