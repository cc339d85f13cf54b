"""The headers in which a Kokkos built with CUDA says what it was built with. Debian's Kokkos ships the CUDA part of all its
other headers, so that these five, in a folder that is searched first, are enough to compile for a device."""

import re
from pathlib import Path

ARCHITECTURE = "sm_90"

# What Kokkos's own CMake would have switched on for -DKokkos_ENABLE_CUDA=ON -DKokkos_ENABLE_OPENMP=ON -DKokkos_ARCH_HOPPER90=ON.
SWITCHES = ("ENABLE_CUDA", "ENABLE_OPENMP", "ENABLE_CXX20", "ENABLE_COMPLEX_ALIGN", "ENABLE_IMPL_MDSPAN",
            "ARCH_NVIDIA_GPU", "ARCH_HOPPER", "ARCH_HOPPER90")
BACKENDS = ("OPENMP", "CUDA")  # the host's first: the device's names it


def version(headers: Path) -> int:
    """KOKKOS_VERSION of the Kokkos that is there."""
    return int(re.search(r"define KOKKOS_VERSION (\d+)", (headers / "KokkosCore_config.h").read_text()).group(1))


def write(folder: Path, headers: Path):
    number = version(headers)
    parts = {"": number, "_MAJOR": number // 10000, "_MINOR": number // 100 % 100, "_PATCH": number % 100}
    config = ["KOKKOS_CORE_CONFIG_H", *(f"KOKKOS_VERSION{part} {value}" for part, value in parts.items()),
              *(f"KOKKOS_{switch}" for switch in SWITCHES)]
    texts = {
        "KokkosCore_config.h": [f"#define {words}" for words in config],
        "KokkosCore_Config_SetupBackend.hpp": ["#include <setup/Kokkos_Setup_Cuda.hpp>"],
        "KokkosCore_Config_FwdBackend.hpp": [f"#include <fwd/Kokkos_Fwd_{name}.hpp>" for name in BACKENDS],
        "KokkosCore_Config_DeclareBackend.hpp": [f"#include <decl/Kokkos_Declare_{name}.hpp>" for name in BACKENDS],
        "desul/atomics/Config.hpp": ["#define DESUL_ATOMICS_ENABLE_CUDA"],
    }
    for name, lines in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("\n".join(["#pragma once", *lines, ""]))
