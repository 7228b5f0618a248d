//! Files that a verb writes beside its work: plans, patches, pages.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

/// Writes a file whole or not at all, with its directory.
pub(super) fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // A device or a pipe, `/dev/stdout` say, cannot be replaced.
    if path.exists() && !path.is_file() {
        return fs::write(path, bytes);
    }
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(directory)?;
    let mut builder = tempfile::Builder::new();
    // What the umask makes of it, as for any other file.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(directory)?;
    file.write_all(bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
