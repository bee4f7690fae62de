"""Packages of Debian, of any architecture, fetched by apt into a folder and unpacked there: nothing is installed."""

import subprocess

SUITE = "stable"
VERSION = "python3.13"


def root_of(architecture, roots, packages):
    """The folder that packages and all they depend on are unpacked in; they are fetched if it does not exist."""
    root = roots / architecture
    if not root.exists():
        archives = fetch(architecture, roots / "apt" / architecture, packages)
        for archive in archives:
            subprocess.run(["dpkg-deb", "-x", archive, root], check=True)
        for name in ("lib", "lib64"):  # what the package base-files links
            (root / name).symlink_to(f"usr/{name}")
    return root


def fetch(architecture, state, packages):
    """The packages and all they depend on, by an apt whose whole state lies in a folder."""
    for folder in ("lists/partial", "cache/archives/partial", "etc"):
        (state / folder).mkdir(parents=True, exist_ok=True)
    (state / "status").touch()
    sources = state / "sources.list"
    key = "/usr/share/keyrings/debian-archive-keyring.gpg"
    sources.write_text(f"deb [signed-by={key} arch={architecture}] {mirror()} {SUITE} main\n")
    settings = {
        "APT::Architecture": architecture,
        "APT::Architectures::": architecture,
        "APT::Install-Recommends": "false",
        "Dir::State": state,
        "Dir::State::lists": state / "lists",
        "Dir::State::status": state / "status",
        "Dir::Cache": state / "cache",
        "Dir::Etc::sourcelist": sources,
        "Dir::Etc::sourceparts": "-",
        "Dir::Etc::preferencesparts": state / "etc",
        "APT::Sandbox::User": "root",
    }
    apt = ["apt-get", "-q", *(f"-o{name}={value}" for name, value in settings.items())]
    subprocess.run([*apt, "update"], check=True)
    subprocess.run([*apt, "install", "-y", "--download-only", *packages], check=True)
    return sorted((state / "cache/archives").glob("*.deb"))


def mirror():
    """Where this machine's own apt finds Debian."""
    command = ["apt-get", "indextargets", "--format", "$(ORIGIN) $(REPO_URI)", "Created-By: Packages"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    found = [uri for origin, uri in map(str.split, lines) if origin == "Debian"]
    return next(uri for uri in found if uri.rstrip("/").endswith("/debian"))
