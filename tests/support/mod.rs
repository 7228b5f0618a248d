//! What the tests share: a project in a temporary directory, the real binary, a real type checker.

#![allow(dead_code, unreachable_pub, reason = "each test program uses its own part of this")]

pub mod cases;
pub mod schema;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use tempfile::TempDir;

/// A project in a directory of its own, with its state beside it.
pub struct Sandbox {
    dir: TempDir,
}

impl Sandbox {
    /// A project of these files.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let sandbox = Self { dir: tempfile::tempdir().expect("a temporary directory") };
        fs::create_dir(sandbox.root()).expect("a directory");
        for (name, text) in files {
            sandbox.write(name, text);
        }
        sandbox
    }

    /// A copy of a directory of the repository.
    pub fn copy_of(directory: &str) -> Self {
        let sandbox = Self::new(&[]);
        for (name, bytes) in tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join(directory)) {
            sandbox.write(&name, bytes);
        }
        sandbox
    }

    /// The directory of the project; its parent holds nothing else but the state.
    pub fn root(&self) -> PathBuf {
        self.dir.path().join("project")
    }

    /// The path of a file of the project.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }

    /// Writes a file of the project.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("below the root")).expect("a directory");
        fs::write(path, content).expect("a file");
    }

    /// Reads a file of the project.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a file of the project")
    }

    /// All files of the project but those of git.
    pub fn tree(&self) -> BTreeMap<String, Vec<u8>> {
        tree(&self.root())
    }

    /// The binary with these arguments, in the directory of the project, not yet run.
    pub fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hintwright"));
        command
            .args(args)
            .current_dir(self.root())
            .env("HINTWRIGHT_STATE_DIR", self.dir.path().join("state"))
            .env_remove("NO_COLOR")
            .env_remove("VIRTUAL_ENV")
            .env_remove("CONDA_PREFIX")
            .stdin(Stdio::null());
        command
    }

    /// Runs the binary.
    pub fn run<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Run {
        Run::of(&self.command(args).output().expect("the binary runs"))
    }

    /// Runs the binary and expects success.
    pub fn ok<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Run {
        let run = self.run(args);
        assert_eq!(run.code, Some(0), "{}\n{}", run.stdout, run.stderr);
        run
    }

    /// The command that reviews the project on a terminal of this size, pressing `keys` one after the other, each when
    /// the review asks for one.
    pub fn on_terminal(&self, size: &str, keys: &str, args: &[&str]) -> Command {
        let plain = self.command(["review", "--color", "never"].iter().chain(args));
        let mut command = Command::new(python());
        command
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/terminal.py"))
            .args([size, "\n> ", keys])
            .arg(plain.get_program())
            .args(plain.get_args())
            .current_dir(self.root())
            .env("TERM", "xterm");
        for (name, value) in plain.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
    }

    /// Runs git in the project and expects success.
    pub fn git(&self, args: &[&str]) -> String {
        let output = Command::new("git")
            .args(["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "core.autocrlf=false"])
            .args(args)
            .current_dir(self.root())
            .output()
            .expect("git runs");
        assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// What mypy says about the project, without the summary.
    pub fn mypy(&self) -> String {
        mypy(&self.root(), &["."])
    }

    /// Replaces text in a file, which must hold it.
    pub fn replace(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{name} holds no {from:?}:\n{text}");
        self.write(name, text.replace(from, to));
    }

    /// Adds text to the end of a file.
    pub fn append(&self, name: &str, text: &str) {
        let before = self.read(name);
        self.write(name, before + text);
    }
}

/// What a run of the binary came to.
pub struct Run {
    /// The exit code; none after a signal.
    pub code: Option<i32>,
    /// The data.
    pub stdout: String,
    /// The talk.
    pub stderr: String,
}

impl Run {
    /// Takes over the output of a finished process.
    pub fn of(output: &Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Run {
    /// The screens that a review showed, one after the other.
    pub fn screens(&self) -> Vec<&str> {
        self.stdout.split("\r\u{1b}[2J\r\u{1b}[H").skip(1).collect()
    }
}

/// The files below a directory by their names relative to it, `.git`, caches and bytecode left out.
pub fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut pending = vec![root.to_owned()];
    while let Some(directory) = pending.pop() {
        for entry in fs::read_dir(&directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if matches!(name.as_str(), ".git" | "__pycache__" | ".mypy_cache") {
                continue;
            }
            if path.is_dir() {
                pending.push(path);
            } else {
                let relative = path.strip_prefix(root).expect("below the root");
                let relative: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
                files.insert(relative.join("/"), fs::read(&path).expect("a file"));
            }
        }
    }
    files
}

/// The interpreter that has the pinned type checker.
pub fn python() -> PathBuf {
    let venv = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/venv");
    let python = if cfg!(windows) { venv.join("Scripts/python.exe") } else { venv.join("bin/python") };
    assert!(python.exists(), "{} is not there: run the tests with `.ci/test`, which makes it", python.display());
    python
}

/// Caches of mypy that are in nobody's use: two runs at once must not share one.
static FREE_CACHES: Mutex<Vec<usize>> = Mutex::new(Vec::new());
static CACHES: AtomicUsize = AtomicUsize::new(0);

/// What mypy says about `targets` in `directory`: its errors, one a line, empty when there is none.
pub fn mypy(directory: &Path, targets: &[&str]) -> String {
    for name in tree(directory).into_keys() {
        forget_cached(&directory.join(name));
    }
    let free = FREE_CACHES.lock().expect("no thread panics with it").pop();
    let cache = free.unwrap_or_else(|| CACHES.fetch_add(1, Ordering::Relaxed));
    let output = run_mypy(directory, targets, cache);
    FREE_CACHES.lock().expect("no thread panics with it").push(cache);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.code().is_some_and(|code| code < 2), "{text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

/// Gives a file a time of change that it never had. To mypy a file of the same name, size and time in seconds is the
/// one that it has seen, whatever is in it and wherever it lies.
fn forget_cached(path: &Path) {
    let random = RandomState::new().hash_one(path) % (1 << 30);
    let file = fs::File::options().append(true).open(path).expect("a file of the project");
    file.set_modified(UNIX_EPOCH + Duration::from_secs(random)).expect("its time can be set");
}

fn run_mypy(directory: &Path, targets: &[&str], cache: usize) -> Output {
    Command::new(python())
        .args(["-m", "mypy", "--config-file=", "--no-error-summary", "--no-pretty", "--check-untyped-defs"])
        .args(["--python-version", "3.12", "--cache-dir"])
        .arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("mypy-cache-{cache}")))
        .args(targets)
        .current_dir(directory)
        .output()
        .expect("mypy runs")
}
