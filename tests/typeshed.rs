//! The bundled standard library is what the generator makes from the typeshed of the pinned mypy.
//!
//! `HINTWRIGHT_REBUILD=1 cargo test --test typeshed` writes it anew.

use std::path::{Path, PathBuf};

use hintwright::stubs::{self, Installed, Stubs};
use hintwright::text::Name;

const REBUILD: &str = "HINTWRIGHT_REBUILD";

#[test]
fn the_bundle_is_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let fresh = stubs::build(&typeshed(root)).expect("the typeshed of the pinned mypy becomes a bundle");
    let bundled = root.join("src/stubs/typeshed.bin");
    if std::env::var_os(REBUILD).is_some() {
        std::fs::write(&bundled, &fresh).expect("the sources can be written");
    }
    let committed = std::fs::read(&bundled).expect("the bundle is part of the sources");
    assert!(committed == fresh, "src/stubs/typeshed.bin is out of date: run `{REBUILD}=1 cargo test --test typeshed`");

    let stubs = Stubs::from_bytes(fresh).expect("just made");
    let damaged: Vec<Name> = stubs.module_names().filter(|&name| stubs.load(name).is_none()).collect();
    assert!(damaged.is_empty(), "cannot be read back: {damaged:?}");
}

/// The typeshed folder of the mypy in `target/venv`, which has to be the pinned one.
fn typeshed(root: &Path) -> PathBuf {
    let requirements = include_str!("requirements.txt");
    let version = requirements.lines().find_map(|line| line.strip_prefix("mypy==")).expect("tests pin mypy").trim();
    let environment = root.join("target/venv");
    let folder = Installed::find(Some(&environment), root)
        .site_packages()
        .iter()
        .find(|folder| folder.join(format!("mypy-{version}.dist-info")).is_dir())
        .map(|folder| folder.join("mypy/typeshed"));
    folder
        .unwrap_or_else(|| panic!("no mypy {version} in target/venv: run the tests with `.ci/test`, which installs it"))
}
