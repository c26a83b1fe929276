//! AVIF by `avifenc` of libavif, a program of its own: encoders in Rust take seconds for what it does in a twentieth of one, and
//! those in C take minutes to build. It sees only pictures that were decoded here and written anew.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use image::{
    DynamicImage, ImageEncoder as _,
    codecs::png::{CompressionType, FilterType, PngEncoder},
};
use media::PaintError;

use crate::codecs::failed;

/// As close to the original as a WebP of quality 80, by the noise in its brightness.
const QUALITY: &str = "color:cq-level=25";
/// The quickest at which a picture is not larger for it.
const SPEED: &str = "8";

/// The program.
#[derive(Debug, Clone)]
pub(crate) struct Avifenc(PathBuf);

impl Avifenc {
    /// The one in the search path.
    pub(crate) fn find() -> Option<Self> {
        let path = env::var_os("PATH")?;
        let mut programs = env::split_paths(&path).map(|folder| folder.join("avifenc"));
        programs.find(|program| program.is_file()).map(Self)
    }

    pub(crate) fn encode(&self, picture: &DynamicImage) -> Result<Vec<u8>, PaintError> {
        let folder = tempfile::tempdir().map_err(|error| failed(&error))?;
        let (from, to) = (folder.path().join("picture.png"), folder.path().join("picture.avif"));
        std::fs::write(&from, png(picture)?).map_err(|error| failed(&error))?;
        self.run(&from, &to)?;
        std::fs::read(&to).map_err(|error| failed(&error))
    }

    fn run(&self, from: &Path, to: &Path) -> Result<(), PaintError> {
        let mut command = Command::new(&self.0);
        command.args([
            "--jobs", "1", "--speed", SPEED, "--yuv", "420", "--min", "0", "--max", "63",
        ]);
        command.args(["-a", "color:end-usage=q", "-a", QUALITY]);
        command.arg(from).arg(to).stdin(Stdio::null());
        let output = command.output().map_err(|error| failed(&error))?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(PaintError(format!(
            "avifenc ended with {}: {}",
            output.status,
            said.trim()
        )))
    }
}

/// Quickly, for it is read once. What has no colour in it becomes colour, which every version of the program reads.
fn png(picture: &DynamicImage) -> Result<Vec<u8>, PaintError> {
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Up);
    let (width, height) = (picture.width(), picture.height());
    let written = if picture.color().has_alpha() {
        encoder.write_image(&picture.to_rgba8(), width, height, image::ExtendedColorType::Rgba8)
    } else {
        encoder.write_image(&picture.to_rgb8(), width, height, image::ExtendedColorType::Rgb8)
    };
    written.map_err(|error| failed(&error))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use image::{Rgba, RgbaImage};

    use super::*;

    #[test]
    fn a_picture_becomes_an_avif_of_its_size() {
        let Some(avifenc) = Avifenc::find() else {
            eprintln!("skipped: there is no avifenc");
            return;
        };
        let clear = RgbaImage::from_fn(64, 32, |x, _| Rgba([220, 10, 10, if x < 32 { 0 } else { 255 }]));
        for picture in [
            DynamicImage::from(clear.clone()),
            DynamicImage::from(clear).to_luma8().into(),
        ] {
            let avif = avifenc.encode(&picture).unwrap();
            assert_eq!(avif.get(4..12), Some(b"ftypavif".as_slice()));
            let extent = [b"ispe\0\0\0\0".as_slice(), &64_u32.to_be_bytes(), &32_u32.to_be_bytes()].concat();
            assert!(avif.windows(extent.len()).any(|part| part == extent));
        }
    }

    #[test]
    fn a_program_that_fails_says_why() {
        let none = Avifenc(PathBuf::from("/nowhere/avifenc"));
        assert!(none.encode(&DynamicImage::new_rgb8(1, 1)).is_err());
        let failing = Avifenc(PathBuf::from("/bin/ls"));
        let said = failing.encode(&DynamicImage::new_rgb8(1, 1)).unwrap_err();
        assert!(said.0.starts_with("avifenc ended with"), "{said}");
    }
}
