# Every compile flag, in one INTERFACE target.
#
# -ffp-contract=off and explicit fma give the same bits on every compiler and level (core/README §3); the two -fno-
# flags are what gcc needs to vectorise loops with comparisons, and unlike -ffast-math they keep NaN and infinity.
include(CheckCXXCompilerFlag)
add_library(plumbline_flags INTERFACE)
add_library(plumbline::flags ALIAS plumbline_flags)
set_target_properties(plumbline_flags PROPERTIES EXPORT_NAME flags)
target_compile_features(plumbline_flags INTERFACE cxx_std_20)
set(_host_flags -ffp-contract=off -fno-math-errno -fno-trapping-math)
set(_warnings -Wall -Wextra -Wpedantic -Wno-psabi)

# What nvcc is told beyond that, by the cuda preset and by tests/cuda. 20011, 20014: a kernel that calls a function of the host's
# compiles to rubbish after a warning. Eigen is the host's: told otherwise it calls such functions itself, and nobody would see
# that a kernel carries one of its matrices. fmt 9 doubts nvcc's constexpr but makes format strings consteval all the same,
# and they need it.
set(PLUMBLINE_CUDA_FLAGS -fmad=false --extended-lambda --expt-relaxed-constexpr -Wno-deprecated-gpu-targets
    "SHELL:-Xcudafe --diag_error=20011" "SHELL:-Xcudafe --diag_error=20014")
set(PLUMBLINE_CUDA_DEFINITIONS FMT_USE_CONSTEXPR=1 EIGEN_NO_CUDA)
if(PLUMBLINE_KOKKOS_DEVICES MATCHES "CUDA")
  target_compile_options(plumbline_flags INTERFACE ${PLUMBLINE_CUDA_FLAGS})
  target_compile_definitions(plumbline_flags INTERFACE ${PLUMBLINE_CUDA_DEFINITIONS})
  list(REMOVE_ITEM _warnings -Wpedantic)  # nvcc's generated code is not pedantic, and
  list(APPEND _warnings -Wno-ignored-attributes)  # forgets which header is the system's: Eigen's
endif()

# auto asks the machine, which only Linux answers in a file, and the compiler; elsewhere the compiler's default stands.
if(PLUMBLINE_ARCH STREQUAL "auto")
  set(_arch "")
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64" AND NOT CMAKE_CROSSCOMPILING AND EXISTS /proc/cpuinfo)
    file(READ /proc/cpuinfo _cpuinfo LIMIT 20000)
    check_cxx_compiler_flag(-march=x86-64-v3 PLUMBLINE_COMPILER_HAS_X86_64_V3)
    if(_cpuinfo MATCHES " avx2 .*" AND _cpuinfo MATCHES " fma " AND PLUMBLINE_COMPILER_HAS_X86_64_V3)
      set(_arch x86-64-v3)
    endif()
  endif()
elseif(PLUMBLINE_ARCH STREQUAL "none")
  set(_arch "")
else()
  set(_arch "${PLUMBLINE_ARCH}")
endif()
if(_arch)
  list(APPEND _host_flags "-march=${_arch}")
  message(STATUS "Target architecture: ${_arch}")
else()
  message(STATUS "Target architecture: the compiler's default")
endif()

# Warnings are ours; the other flags go with an installed library, whose headers are compiled into programs outside: -march
# decides how Eigen aligns what both hold, the rest the bits.
if(PLUMBLINE_WARNINGS_AS_ERRORS)
  list(APPEND _warnings -Werror)
endif()
list(TRANSFORM _warnings REPLACE "(.+)" "$<BUILD_INTERFACE:\\1>")
target_compile_options(plumbline_flags INTERFACE ${_host_flags} ${_warnings})
if(PLUMBLINE_SANITIZE)
  target_compile_options(plumbline_flags INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(plumbline_flags INTERFACE -fsanitize=address,undefined)
endif()
