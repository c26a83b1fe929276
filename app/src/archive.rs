//! The archive of a backup: a tar file with the database, the files of the data folder, and at its end the manifest, which
//! names every piece with its size and hash. A piece that was changed, lost or added is found before anything is put back.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, BufReader, BufWriter, Read, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Component, Path, PathBuf},
};

use anyhow::{Context as _, anyhow, bail, ensure};
use database::backup::Contents;
use kernel::Time;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The layout of the archive itself.
pub const LAYOUT: u32 = 1;
const MANIFEST: &str = "manifest.json";
const DATABASE: &str = "database.dump";
/// Before the names of files in the data folder.
const FILES: &str = "data";
/// What the data folder holds beside the files: the private database, which is in the dump, marks of a running Souk,
/// smaller pictures and search indexes, which are made again, and the key that opens what is sealed in the database: whoever finds
/// an archive must not find it with its key.
const NOT_FILES: &[&str] = &[
    "postgres",
    "postgres.new",
    "postgres.log",
    "run",
    "lock",
    "renditions",
    SEARCH,
    "secret.key",
];
/// The search indexes, which change while a backup reads them, and know more or less than what a restore puts back.
const SEARCH: &str = "search";
/// The ending of files that are being written.
const UNFINISHED: &str = "part";

/// What an archive says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The layout of the archive.
    pub layout: u32,
    /// The Souk that made it.
    pub souk: String,
    /// When.
    pub made_at: Time,
    /// The major version of the server it comes from.
    pub postgresql: u32,
    /// What the database held at that moment.
    pub contents: Contents,
    /// Every file in the archive but this one.
    pub pieces: BTreeMap<String, Piece>,
}

/// A file of the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// Its size.
    pub bytes: u64,
    /// The hash of its content, in hexadecimal.
    pub sha256: String,
}

/// Writes an archive: the dump, then the files of the data folder.
pub fn write(to: &Path, dump: &Path, data: &Path, manifest: Manifest) -> anyhow::Result<Manifest> {
    let unfinished = PathBuf::from(format!("{}.{UNFINISHED}", to.display()));
    let file = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(&unfinished)
        .with_context(|| format!("{} cannot be written", unfinished.display()))?;
    let written = append_all(file, dump, data, manifest)
        .and_then(|manifest| fs::rename(&unfinished, to).map(|()| manifest).map_err(Into::into));
    if written.is_err() {
        let _the_first_error_is_told = fs::remove_file(&unfinished);
    }
    written.with_context(|| format!("{} could not be written", to.display()))
}

fn append_all(file: File, dump: &Path, data: &Path, mut manifest: Manifest) -> anyhow::Result<Manifest> {
    let mut archive = tar::Builder::new(BufWriter::new(file));
    let mtime = u64::try_from(manifest.made_at.timestamp()).unwrap_or_default();
    let mut names = vec![(DATABASE.to_owned(), dump.to_owned())];
    list(data, Path::new(FILES), &mut names)?;
    for (name, path) in names {
        match append(&mut archive, &name, &path, mtime) {
            Ok(piece) => {
                manifest.pieces.insert(name, piece);
            }
            // An upload whose import has ended meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound && name != DATABASE => {}
            Err(error) => return Err(error).with_context(|| path.display().to_string()),
        }
    }
    let text = serde_json::to_vec_pretty(&manifest)?;
    archive.append_data(&mut header(text.len().try_into()?, mtime), MANIFEST, text.as_slice())?;
    let mut inner = archive.into_inner()?;
    inner.flush()?;
    inner.get_ref().sync_all()?;
    Ok(manifest)
}

/// Every file below a folder, by its name in the archive and its path.
fn list(folder: &Path, name: &Path, names: &mut Vec<(String, PathBuf)>) -> anyhow::Result<()> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).with_context(|| folder.display().to_string()),
    };
    let mut entries = entries.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let file_name = entry.file_name();
        let at_top = name == Path::new(FILES);
        if at_top && NOT_FILES.iter().any(|skipped| file_name == **skipped) {
            continue;
        }
        let (kind, path, name) = (entry.file_type()?, entry.path(), name.join(&file_name));
        if path.extension().is_some_and(|ending| ending == UNFINISHED) {
            continue;
        }
        if kind.is_dir() {
            list(&path, &name, names)?;
        } else if kind.is_file() {
            let name = name
                .to_str()
                .with_context(|| format!("{} has a name that is not text", path.display()))?;
            names.push((name.to_owned(), path));
        }
    }
    Ok(())
}

fn append(archive: &mut tar::Builder<BufWriter<File>>, name: &str, path: &Path, mtime: u64) -> io::Result<Piece> {
    let file = File::open(path)?;
    // What is appended to it from now on is for the next backup.
    let bytes = file.metadata()?.len();
    let mut hashing = Hashing::new(BufReader::new(file).take(bytes));
    archive.append_data(&mut header(bytes, mtime), name, &mut hashing)?;
    let piece = hashing.piece();
    if piece.bytes != bytes {
        return Err(io::Error::other("it became shorter while it was read"));
    }
    Ok(piece)
}

fn header(bytes: u64, mtime: u64) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes);
    header.set_mode(0o600);
    header.set_mtime(mtime);
    header
}

/// Reads the whole archive and compares it with its manifest.
pub fn verify(path: &Path) -> anyhow::Result<Manifest> {
    let file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let damaged = || {
        format!(
            "{} is damaged or no backup of Souk: nothing was changed",
            path.display()
        )
    };
    let (manifest, found) = survey(file).with_context(damaged)?;
    compare(&manifest, &found).with_context(damaged)?;
    Ok(manifest)
}

fn survey(file: File) -> anyhow::Result<(Manifest, BTreeMap<String, Piece>)> {
    let mut archive = tar::Archive::new(BufReader::new(file));
    let mut found = BTreeMap::new();
    let mut manifest = None;
    for entry in archive.entries().map_err(|_tars| anyhow!("it is no archive"))? {
        let entry = match entry {
            Ok(entry) => entry,
            Err(_tars) if found.is_empty() => bail!("it is no archive"),
            Err(_tars) => bail!("something in it is no part of an archive"),
        };
        let unreadable = |_tars| anyhow!("a part of it has no readable name or size");
        let name = entry.path().map_err(unreadable)?;
        let name = name.to_str().context("a name is not text")?.to_owned();
        let declared = entry.header().entry_size().map_err(unreadable)?;
        if name == MANIFEST {
            manifest = Some(serde_json::from_reader(BufReader::new(entry)).context("its manifest cannot be read")?);
            continue;
        }
        let mut hashing = Hashing::new(entry);
        io::copy(&mut hashing, &mut io::sink())?;
        let piece = hashing.piece();
        ensure!(piece.bytes == declared, "{name} is cut off");
        ensure!(found.insert(name.clone(), piece).is_none(), "{name} is in it twice");
    }
    Ok((manifest.context("it has no manifest: its end is missing")?, found))
}

fn compare(manifest: &Manifest, found: &BTreeMap<String, Piece>) -> anyhow::Result<()> {
    ensure!(manifest.pieces.contains_key(DATABASE), "it has no database");
    for (name, piece) in &manifest.pieces {
        match found.get(name) {
            Some(found) if found == piece => {}
            Some(_) => bail!("{name} is not as it was written"),
            None => bail!("{name} is missing"),
        }
    }
    for name in found.keys() {
        ensure!(manifest.pieces.contains_key(name), "{name} was added to it");
        let below = name == DATABASE || Path::new(name).strip_prefix(FILES).is_ok_and(is_below);
        ensure!(below, "{name} would lead out of the data folder");
    }
    Ok(())
}

fn is_below(path: &Path) -> bool {
    path.components().all(|part| matches!(part, Component::Normal(_))) && path.components().next().is_some()
}

/// Files of the archive that the data folder holds with another content.
pub fn conflicts(manifest: &Manifest, data: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut conflicts = Vec::new();
    for (name, piece) in &manifest.pieces {
        let Some(name) = place_of(name) else {
            continue;
        };
        let path = data.join(name);
        let Ok(file) = File::open(&path) else { continue };
        let mut hashing = Hashing::new(BufReader::new(file));
        io::copy(&mut hashing, &mut io::sink()).with_context(|| path.display().to_string())?;
        let there = hashing.piece();
        if there.bytes > 0 && there != *piece {
            conflicts.push(path);
        }
    }
    Ok(conflicts)
}

/// The place of a piece in the data folder, if it has one there. Archives of earlier versions hold search indexes too, which are
/// left where they are.
fn place_of(name: &str) -> Option<&Path> {
    let place = Path::new(name).strip_prefix(FILES).ok()?;
    (!place.starts_with(SEARCH)).then_some(place)
}

/// An archive's files, unpacked beside their places.
pub struct Unpacked {
    folder: PathBuf,
}

impl Unpacked {
    /// Unpacks a verified archive into a folder of its own below the data folder.
    pub fn new(archive: &Path, data: &Path) -> anyhow::Result<Self> {
        let folder = data.join(format!("restore.{UNFINISHED}"));
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        let unpacked = Self { folder };
        let mut archive = tar::Archive::new(BufReader::new(File::open(archive)?));
        for entry in archive.entries()? {
            let mut entry = entry?;
            let path = unpacked.folder.join(entry.path()?);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            let mut file = File::create(&path).with_context(|| path.display().to_string())?;
            io::copy(&mut entry, &mut file).with_context(|| path.display().to_string())?;
            file.sync_all()?;
        }
        Ok(unpacked)
    }

    /// The dump of the database.
    pub fn dump(&self) -> PathBuf {
        self.folder.join(DATABASE)
    }

    /// Moves the files to their places, and removes the search indexes of what was there.
    pub fn settle(self, manifest: &Manifest, data: &Path) -> anyhow::Result<()> {
        match fs::remove_dir_all(data.join(SEARCH)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).context("the search indexes could not be removed");
            }
            Ok(()) | Err(_) => {}
        }
        for name in manifest.pieces.keys() {
            if let Some(place) = place_of(name) {
                let place = data.join(place);
                if let Some(parent) = place.parent() {
                    fs::create_dir_all(parent)?;
                }
                fs::rename(self.folder.join(name), &place).with_context(|| place.display().to_string())?;
            }
        }
        Ok(())
    }
}

impl Drop for Unpacked {
    fn drop(&mut self) {
        let _what_is_left_goes_with_the_next_restore = fs::remove_dir_all(&self.folder);
    }
}

/// Hashes and counts what is read through it.
struct Hashing<R> {
    inner: R,
    hash: Sha256,
    bytes: u64,
}

impl<R: Read> Hashing<R> {
    fn new(inner: R) -> Self {
        Self {
            inner,
            hash: Sha256::new(),
            bytes: 0,
        }
    }

    fn piece(self) -> Piece {
        Piece {
            bytes: self.bytes,
            sha256: self.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hash.update(buffer.get(..read).unwrap_or_default());
        self.bytes += u64::try_from(read).unwrap_or_default();
        Ok(read)
    }
}

#[cfg(test)]
mod tests;
