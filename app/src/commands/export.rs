//! `souk export`: writes a store's data into a file, packed if its name ends so, or to standard output.

use std::{
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, ensure};
use exports::{Export, Wanted};
use flate2::{Compression, write::GzEncoder};
use liblzma::write::XzEncoder;
use tempfile::NamedTempFile;

use super::say_aside;
use crate::{
    cli::ExportCommand,
    config::Config,
    program::{Opened, address_of, work_on},
};

pub(crate) async fn run(config: &Config, opened: &Opened, command: ExportCommand) -> anyhow::Result<ExitCode> {
    let work = work_on(&opened.database, command.store.as_deref()).await?;
    let kind = command.kind.into();
    let wanted = Wanted {
        kind,
        format: command.format.map_or_else(|| kind.usual_format(), Into::into),
        store_url: address_of(&config.public_url(), work.store()),
    };
    let mut export = Export::start(&work, wanted)?;
    if command.output.as_os_str() == "-" {
        let written = write(&mut export, &mut BufWriter::new(io::stdout())).await;
        // Whoever reads may have seen enough.
        return match written {
            Err(Ending::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
            Err(Ending::Output(error)) => Err(error.into()),
            Err(Ending::Export(error)) => Err(error.into()),
            Ok(_bytes) => Ok(ExitCode::SUCCESS),
        };
    }
    let place = Place::of(&command.output)?;
    let written = match &place {
        Place::Open(path) => write_open(&mut export, path).await,
        Place::File(path) => write_file(&mut export, path).await,
    };
    let bytes = written.with_context(|| format!("{} was not written", command.output.display()))?;
    say_aside(&format!(
        "{}: {bytes} bytes of {}.",
        command.output.display(),
        kind.as_str()
    ));
    Ok(ExitCode::SUCCESS)
}

/// Where an export goes.
enum Place {
    /// A file, which it becomes or takes the place of.
    File(PathBuf),
    /// A device or a pipe, which stays what it is.
    Open(PathBuf),
}

impl Place {
    /// Looks at what is there; behind a link is what it leads to.
    fn of(path: &Path) -> anyhow::Result<Self> {
        let Ok(there) = std::fs::metadata(path) else {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            let folder = folder.unwrap_or(Path::new("."));
            ensure!(folder.is_dir(), "there is no folder {}", folder.display());
            return Ok(Self::File(path.to_owned()));
        };
        ensure!(!there.is_dir(), "{} is a folder: name a file in it", path.display());
        if there.is_file() {
            return Ok(Self::File(path.canonicalize()?));
        }
        Ok(Self::Open(path.to_owned()))
    }
}

async fn write_open(export: &mut Export, path: &Path) -> anyhow::Result<u64> {
    let file = std::fs::OpenOptions::new().write(true).open(path)?;
    Ok(write(export, &mut BufWriter::new(file)).await?)
}

/// Writes beside the file and takes its place at the end, so that half an export never has its name. Answers how many bytes
/// there were before packing.
async fn write_file(export: &mut Export, path: &Path) -> anyhow::Result<u64> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let file = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    let output = BufWriter::new(file);
    let (bytes, output) = match path.extension().and_then(|ending| ending.to_str()) {
        Some("gz") => {
            let mut packed = GzEncoder::new(output, Compression::default());
            let bytes = write(export, &mut packed).await?;
            (bytes, packed.finish()?)
        }
        Some("xz") => {
            let mut packed = XzEncoder::new(output, 6);
            let bytes = write(export, &mut packed).await?;
            (bytes, packed.finish()?)
        }
        _ => {
            let mut output = output;
            (write(export, &mut output).await?, output)
        }
    };
    let file = output.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(bytes)
}

#[derive(Debug, thiserror::Error)]
enum Ending {
    #[error("the output cannot be written")]
    Output(#[from] io::Error),
    #[error(transparent)]
    Export(#[from] exports::ExportError),
}

async fn write(export: &mut Export, output: &mut (dyn Write + Send)) -> Result<u64, Ending> {
    let mut bytes: u64 = 0;
    while let Some(piece) = export.next().await? {
        output.write_all(&piece)?;
        bytes = bytes.saturating_add(u64::try_from(piece.len()).unwrap_or_default());
    }
    output.flush()?;
    Ok(bytes)
}
