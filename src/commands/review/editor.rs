//! The reviewer's own editor.

use std::env;

/// What becomes of a text in the editor that `VISUAL` or `EDITOR` names; or why there is no telling.
pub(super) fn edit(text: &str) -> Result<String, String> {
    let command = command();
    let mut editor = dialoguer::Editor::new();
    match editor.executable(&command).extension(".py").require_save(false).edit(text) {
        Ok(edited) => Ok(edited.unwrap_or_default()),
        Err(error) => Err(format!("The editor `{command}` fails: {error}. EDITOR names another one")),
    }
}

/// The first that names anything; a variable may be set to nothing.
fn command() -> String {
    let stated = ["VISUAL", "EDITOR"].into_iter().filter_map(|variable| env::var(variable).ok());
    let fallback = if cfg!(windows) { "notepad.exe" } else { "vi" };
    stated.into_iter().find(|command| !command.trim().is_empty()).unwrap_or_else(|| fallback.to_owned())
}
