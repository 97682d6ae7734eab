#!/usr/bin/env bash
# What the machine must offer for `make run` or `make test`. As root on Debian or Ubuntu the missing packages are
# installed; anyone else is told the one command.
set -euo pipefail

what=${1:?run or test}
packages=()

java_ok() {
    command -v javac >/dev/null 2>&1 || return 1
    local version
    version=$(javac -version 2>&1 | sed -E 's/^javac ([0-9]+).*/\1/')
    [[ $version =~ ^[0-9]+$ ]] && ((version >= 17))
}
java_ok || packages+=(openjdk-17-jdk-headless)
command -v mvn >/dev/null 2>&1 || packages+=(maven)
[ -n "$(find /usr/share/fonts /usr/local/share/fonts "$HOME/.fonts" -iname 'NotoSerifCJK*' -print -quit 2>/dev/null)" ] \
    || packages+=(fonts-noto-cjk)
python3 -c 'import venv, ensurepip' 2>/dev/null || packages+=(python3-venv)
if [ "$what" = test ]; then
    command -v chromium >/dev/null 2>&1 || packages+=(chromium)
    command -v pdfsig >/dev/null 2>&1 || packages+=(poppler-utils)
    ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || packages+=(postgresql)
    [ -x /usr/sbin/nginx ] || command -v nginx >/dev/null 2>&1 || packages+=(nginx-light)
    command -v npm >/dev/null 2>&1 || packages+=(nodejs npm)
fi
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
    echo "需要 Python 3.11 或更新版本；请先安装。 Python 3.11 or newer is needed; install it first." >&2
    exit 1
}
[ ${#packages[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing ${packages[*]} ..."
    export DEBIAN_FRONTEND=noninteractive
    # Tests start what they need themselves: a web server or database that comes with a package is not to listen by itself.
    if [ "$what" = test ] && [ ! -e /usr/sbin/policy-rc.d ]; then
        trap 'rm -f /usr/sbin/policy-rc.d' EXIT
        printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d
    fi
    apt-get update -qq && apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
    exit 0
fi
echo "缺少软件包，请先运行 / Packages are missing, please run first:" >&2
echo "    sudo apt-get install ${packages[*]}" >&2
exit 1
