//! Where templates, assets and translations come from: what the program was built with, under a folder of the merchant's
//! in which a file of the same path wins.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::SystemTime,
};

use include_dir::Dir;

/// Files by path, such as `storefront/home.html`, `storefront/assets/site.css` or `translations/en/storefront.ftl`.
#[derive(Debug, Clone)]
pub struct Theme {
    /// Later layers win.
    layers: Vec<Layer>,
    reload: bool,
    avif: bool,
}

#[derive(Debug, Clone)]
enum Layer {
    Embedded {
        prefix: &'static str,
        dir: &'static Dir<'static>,
    },
    Folder {
        prefix: &'static str,
        path: PathBuf,
    },
}

/// A file of a theme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ThemeFile {
    pub(crate) bytes: Vec<u8>,
    /// Where it lies on disk, if it does.
    pub(crate) on_disk: Option<PathBuf>,
}

impl ThemeFile {
    /// What it says; the line from which on it is no UTF-8, when it is none.
    pub(crate) fn text(&self) -> Result<&str, usize> {
        std::str::from_utf8(&self.bytes).map_err(|error| line_at(&self.bytes, error.valid_up_to()))
    }

    /// When the file was changed last; `None` for an embedded or vanished file.
    pub(crate) fn modified(&self) -> Option<SystemTime> {
        self.on_disk.as_deref().and_then(modified)
    }
}

/// What is said of a file that is no text.
pub(crate) const NOT_TEXT: &str = "the file is not UTF-8 text";

/// The line that a byte lies in.
pub(crate) fn line_at(bytes: &[u8], at: usize) -> usize {
    let before = bytes.iter().take(at);
    before.filter(|byte| **byte == b'\n').count() + 1
}

pub(crate) fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|metadata| metadata.modified()).ok()
}

impl Theme {
    /// The files built into the program: the folder `themes/default` and the folder `translations`.
    pub fn embedded(templates: &'static Dir<'static>, translations: &'static Dir<'static>) -> Self {
        let layers = vec![
            Layer::Embedded {
                prefix: "",
                dir: templates,
            },
            Layer::Embedded {
                prefix: "translations/",
                dir: translations,
            },
        ];
        Self {
            layers,
            reload: false,
            avif: false,
        }
    }

    /// The same two folders read from disk: for tests and for working on the default theme.
    pub fn folders(templates: impl Into<PathBuf>, translations: impl Into<PathBuf>) -> Self {
        let layers = vec![
            Layer::Folder {
                prefix: "",
                path: templates.into(),
            },
            Layer::Folder {
                prefix: "translations/",
                path: translations.into(),
            },
        ];
        Self {
            layers,
            reload: false,
            avif: false,
        }
    }

    /// A folder whose files win over all before, with its translations under `translations/`.
    pub fn overridden_by(mut self, folder: impl Into<PathBuf>) -> Self {
        self.layers.push(Layer::Folder {
            prefix: "",
            path: folder.into(),
        });
        self
    }

    /// Files on disk are looked at again for every page, so that an edit shows at once.
    pub fn reloading(mut self) -> Self {
        self.reload = true;
        self
    }

    /// Whether its pages name smaller pictures as AVIF too, which something has to write then.
    pub fn naming_avif(mut self, avif: bool) -> Self {
        self.avif = avif;
        self
    }

    pub(crate) fn reloads(&self) -> bool {
        self.reload
    }

    pub(crate) fn names_avif(&self) -> bool {
        self.avif
    }

    /// The default theme without the merchant's folders; `None` when there are none.
    pub(crate) fn without_overrides(&self) -> Option<Self> {
        (self.layers.len() > 2).then(|| Self {
            layers: self.layers.iter().take(2).cloned().collect(),
            reload: self.reload,
            avif: self.avif,
        })
    }

    /// Every version of a file, the winning one first.
    pub(crate) fn versions<'t>(&'t self, path: &'t str) -> impl Iterator<Item = ThemeFile> + 't {
        self.layers.iter().rev().filter_map(move |layer| layer.read(path))
    }

    /// The winning version of a file.
    pub(crate) fn file(&self, path: &str) -> Option<ThemeFile> {
        self.versions(path).next()
    }

    /// The paths of all files, sorted.
    pub(crate) fn paths(&self) -> Vec<String> {
        let mut paths = BTreeMap::new();
        for layer in &self.layers {
            layer.list(&mut |path| {
                paths.insert(path, ());
            });
        }
        paths.into_keys().collect()
    }
}

impl Layer {
    fn read(&self, path: &str) -> Option<ThemeFile> {
        if path.split('/').any(|part| part.is_empty() || part.starts_with('.')) || path.contains(['\\', '\0']) {
            return None;
        }
        match self {
            Self::Embedded { prefix, dir } => {
                let file = dir.get_file(path.strip_prefix(prefix)?)?;
                Some(ThemeFile {
                    bytes: file.contents().to_vec(),
                    on_disk: None,
                })
            }
            Self::Folder { prefix, path: folder } => {
                let file = folder.join(path.strip_prefix(prefix)?);
                let bytes = std::fs::read(&file).ok()?;
                Some(ThemeFile {
                    bytes,
                    on_disk: Some(file),
                })
            }
        }
    }

    fn list(&self, found: &mut dyn FnMut(String)) {
        match self {
            Self::Embedded { prefix, dir } => list_embedded(dir, prefix, found),
            Self::Folder { prefix, path } => list_folder(path, prefix.trim_end_matches('/'), found),
        }
    }
}

fn list_embedded(dir: &Dir<'_>, prefix: &str, found: &mut dyn FnMut(String)) {
    for file in dir.files() {
        found(format!("{prefix}{}", file.path().display()));
    }
    for inner in dir.dirs() {
        list_embedded(inner, prefix, found);
    }
}

fn list_folder(folder: &Path, prefix: &str, found: &mut dyn FnMut(String)) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if prefix.is_empty() {
            name.clone()
        } else {
            format!("{prefix}/{name}")
        };
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => list_folder(&entry.path(), &path, found),
            Ok(_) if !name.starts_with('.') => found(path),
            Ok(_) | Err(_) => {}
        }
    }
}
