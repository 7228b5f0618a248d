//! Versions of Python.

use std::fmt;
use std::str::FromStr;

/// A version of Python: major and minor number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PythonVersion {
    /// The number before the dot.
    pub major: u8,
    /// The number after it.
    pub minor: u8,
}

impl PythonVersion {
    /// The oldest version that hints are written for when a project states none: the oldest one that still gets
    /// security fixes.
    pub const OLDEST_SUPPORTED: Self = Self::new(3, 11);
    /// The oldest version that can be asked for.
    pub const OLDEST: Self = Self::new(3, 8);
    /// The last version that evaluates annotations as soon as it meets them (PEP 649).
    pub const LAST_EAGER: Self = Self::new(3, 13);
    /// The newest version whose typing rules are known.
    pub const NEWEST: Self = Self::new(3, 14);

    /// Version `major.minor`.
    pub const fn new(major: u8, minor: u8) -> Self {
        Self { major, minor }
    }

    /// Whether this is `3.minor` or newer.
    pub fn at_least(self, minor: u8) -> bool {
        self >= Self::new(3, minor)
    }
}

impl fmt::Display for PythonVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl FromStr for PythonVersion {
    type Err = String;

    /// Reads `3.9`, `3.9.1`, `py39` and `39`.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a Python version such as 3.9 or py39");
        let digits = text.trim().trim_start_matches("py");
        let (major, minor) = match digits.split_once('.') {
            Some((major, rest)) => (major, rest.split('.').next().unwrap_or(rest)),
            None if digits.len() >= 2 && digits.is_ascii() => digits.split_at(1),
            None => return Err(wrong()),
        };
        let version = Self::new(major.parse().map_err(|_| wrong())?, minor.parse().map_err(|_| wrong())?);
        if version < Self::OLDEST || version.major != 3 {
            return Err(format!("Python {version} is not supported: the oldest target is {}", Self::OLDEST));
        }
        Ok(version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_in_every_usual_form() {
        for text in ["3.9", "3.9.18", "py39", "39"] {
            assert_eq!(text.parse(), Ok(PythonVersion::new(3, 9)));
        }
        for text in ["", "3", "x.y", "2.7", "3.7", "4.0"] {
            assert!(text.parse::<PythonVersion>().is_err(), "{text}");
        }
    }
}
