// Files to try things with, made in the browser.

const WIDTH = 1280;
const HEIGHT = 860;
const HILLS = [["#a7c4b5", 0.45, 60], ["#5f9480", 0.6, 45], ["#1f5a4b", 0.76, 30]];

/** A landscape of some megabytes: grain keeps it from being compressed away. */
export async function picture() {
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT);
  const brush = canvas.getContext("2d");
  sky(brush);
  for (const hill of HILLS) paint(brush, hill);
  grain(brush);
  const blob = await canvas.convertToBlob({ type: "image/png" });
  return new File([blob], "landscape.png", { type: "image/png" });
}

function sky(brush) {
  const light = brush.createLinearGradient(0, 0, 0, HEIGHT);
  light.addColorStop(0, "#f2a33a");
  light.addColorStop(0.6, "#f7f3ea");
  brush.fillStyle = light;
  brush.fillRect(0, 0, WIDTH, HEIGHT);
}

function paint(brush, [colour, height, wave]) {
  const phase = Math.random() * 6;
  brush.fillStyle = colour;
  brush.beginPath();
  brush.moveTo(0, HEIGHT);
  for (let x = 0; x <= WIDTH; x += 8) brush.lineTo(x, HEIGHT * height + wave * Math.sin(phase + x / 170) + wave * 0.4 * Math.sin(x / 61));
  brush.lineTo(WIDTH, HEIGHT);
  brush.fill();
}

function grain(brush) {
  const image = brush.getImageData(0, 0, WIDTH, HEIGHT);
  for (let index = 0; index < image.data.length; index += 1) {
    if (index % 4 !== 3) image.data[index] += Math.random() * 24 - 12;
  }
  brush.putImageData(image, 0, 0);
}

/** A page that would run in the reader's browser, called a picture. */
export const disguisedPage = () => new File(["<!doctype html><script>alert(document.cookie)</script>"], "holiday.png");

/** The beginning of a program for Linux. */
export const program = () => new File([new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0])], "tool");

/** A hundred bytes that claim to be 400 megapixels, which a careless server would make room for. */
export function bomb() {
  const size = [0, 0, 0x4e, 0x20]; // 20,000
  const parts = [
    [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    chunk("IHDR", [...size, ...size, 8, 2, 0, 0, 0]),
    chunk("IDAT", [0x78, 0x9c, 0x03, 0, 0, 0, 0, 1]),
    chunk("IEND", []),
  ];
  return new File([new Uint8Array(parts.flat())], "bomb.png");
}

function chunk(type, data) {
  const named = [...[...type].map((letter) => letter.charCodeAt(0)), ...data];
  return [...number(data.length), ...named, ...number(crc(named))];
}

const number = (value) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);

/** As PNG has it (ISO 3309). */
function crc(bytes) {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit += 1) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
  }
  return ~rest >>> 0;
}
