#!/bin/sh
# Makes the recordings of Java and .NET in this folder and, beside each, what a reference says of it:
#   *.jfr.gz       Java Flight Recorder; *.txt is what top.py adds up from `jfr print --json`
#   threads.txt.gz two thread dumps behind each other, as jstack prints them
#   *.nettrace.gz  .NET EventPipe over the diagnostics socket; *.txt is what nettrace_top.py, a second reader, adds up
#   ap-*.jfr.gz    async-profiler, when ASPROF names a folder with its bin/asprof; also as collapsed stacks by its own converter
# Needs a JDK (17 or newer), mono-mcs (the C# compiler), Python with pip (the package dotnetcore2 holds a .NET runtime).
# Everything runs below /tmp/tg, so that no other path gets into the files; made with the versions that versions.txt names.
set -eu
cd "$(dirname "$0")"
here=$PWD
work=/tmp/tg
rm -rf "$work"
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT
cp Work.java small.jfc work.cs collect.py "$work"
cd "$work"
pack() { gzip -9nc "$1" > "$here/$1.gz"; }

javac -g Work.java
record() { # name, milliseconds, more
    java -Xlog:disable -XX:+UseSerialGC -Xmx64m "-XX:StartFlightRecording=filename=$1.jfr,settings=small.jfc" Work $2 ${3:-}
    pack "$1.jfr"
    reference "$1"
}
reference() { # name
    jfr print --json --stack-depth 4096 "$1.jfr" | python3 "$here/top.py" > "$here/$1.txt"
    jfr summary "$1.jfr" | awk '/Chunks:|Version:|Duration:/ || ($2 + 0 > 0 && NF == 3)' > "$here/$1.summary.txt"
}
record jfr 2500
record jfr-two-chunks 700 two

# A recording that never ended: what the recorder has written while the program runs on.
mkdir repository
java -Xlog:disable -XX:+UseSerialGC -Xmx64m -XX:FlightRecorderOptions=repository=repository \
    -XX:StartFlightRecording=settings=small.jfc Work 60000 > /dev/null &
java=$!
sleep 3
cp repository/*/*.jfr jfr-running.jfr
kill -9 $java
wait $java || true
pack jfr-running.jfr
reference jfr-running

java -XX:+UseSerialGC -Xmx64m Work 60000 &
java=$!
sleep 1
jstack $java > threads.txt
sleep 1
jstack -l $java >> threads.txt
kill $java
wait $java || true
pack threads.txt

if [ -n "${ASPROF:-}" ]; then
    # The recording names the place of the agent.
    cp "$ASPROF/lib/libasyncProfiler.so" .
    sample() { # name, options of the agent, milliseconds
        java -XX:+UseSerialGC -Xmx64m "-agentpath:$work/libasyncProfiler.so=start,jfr,file=$1.jfr,$2" Work "$3" > /dev/null
        pack "$1.jfr"
        reference "$1"
    }
    sample ap-cpu event=cpu,interval=2ms,alloc=200k,lock=5ms 1500
    sample ap-wall event=wall,interval=20ms 1000
    folded() { # name, recording, options
        "$ASPROF/bin/jfrconv" $3 -o collapsed "$2.jfr" "$1.folded"
        pack "$1.folded"
    }
    folded ap-cpu ap-cpu --cpu
    folded ap-alloc ap-cpu "--alloc --total"
    folded ap-lock ap-cpu "--lock --total"
    folded ap-wall ap-wall --wall
fi

pip download -q --no-deps --dest . dotnetcore2
python3 -m zipfile -e dotnetcore2-*.whl wheel
mv wheel/dotnetcore2/bin runtime
chmod +x runtime/dotnet
mcs -optimize+ -target:exe -out:work.dll work.cs
echo '{"runtimeOptions": {"framework": {"name": "Microsoft.NETCore.App", "version": "3.1.0"}}}' > work.runtimeconfig.json
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
TMPDIR=$work python3 collect.py dotnet.nettrace 0.35 runtime/dotnet exec work.dll 1200
pack dotnet.nettrace
python3 "$here/nettrace_top.py" "$here/dotnet.nettrace.gz" > "$here/dotnet.txt"

{
    java -version 2>&1 | head -n 1
    echo ".NET Core $(ls runtime/shared/Microsoft.NETCore.App) from the Python package dotnetcore2, $(mcs --version)"
    [ -z "${ASPROF:-}" ] || "$ASPROF/bin/asprof" --version
} > "$here/versions.txt"
