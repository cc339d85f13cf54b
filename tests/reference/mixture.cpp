// The formulas of mixture/README §3 and §4 as they are written there, in 50-digit arithmetic.
#include "reference/mixture.hpp"

#include <boost/multiprecision/cpp_bin_float.hpp>

namespace plumbline::reference {
namespace {

using Number = boost::multiprecision::cpp_bin_float_50;
using Column = std::vector<Number>;
using Table = std::vector<Column>;  // rows

Table zeros(int rows, int columns) {
  return Table(rows, Column(columns, Number(0)));
}

Table lifted(const HostMatrix& m) {
  Table out = zeros(m.rows(), m.cols());
  for (int i = 0; i < m.rows(); ++i)
    for (int j = 0; j < m.cols(); ++j) out[i][j] = m(i, j);
  return out;
}

HostVector rounded(const Column& v) {
  HostVector out(v.size());
  for (std::size_t i = 0; i < v.size(); ++i) out(i) = v[i].convert_to<Real>();
  return out;
}

HostMatrix rounded(const Table& m) {
  HostMatrix out(m.size(), m[0].size());
  for (std::size_t i = 0; i < m.size(); ++i) out.row(i) = rounded(m[i]).transpose();
  return out;
}

Table product(const Table& a, const Table& b) {
  Table out = zeros(a.size(), b[0].size());
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < b[0].size(); ++j)
      for (std::size_t l = 0; l < b.size(); ++l) out[i][j] += a[i][l] * b[l][j];
  return out;
}

Column product(const Table& a, const Column& b) {
  Column out(a.size(), Number(0));
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t l = 0; l < b.size(); ++l) out[i] += a[i][l] * b[l];
  return out;
}

Table transposed(const Table& a) {
  Table out = zeros(a[0].size(), a.size());
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < a[0].size(); ++j) out[j][i] = a[i][j];
  return out;
}

Number norm1(const Table& a) {
  Number largest = 0;
  for (std::size_t j = 0; j < a[0].size(); ++j) {
    Number sum = 0;
    for (const Column& row : a) sum += abs(row[j]);
    if (sum > largest) largest = sum;
  }
  return largest;
}

struct Inverse {
  Table inverse;
  Number log_det;
};

/// Gauss–Jordan on a symmetric positive definite matrix (no pivoting needed).
Inverse invert(Table a) {
  const int d = a.size();
  Inverse out{zeros(d, d), Number(0)};
  for (int i = 0; i < d; ++i) out.inverse[i][i] = 1;
  for (int i = 0; i < d; ++i) {
    const Number pivot = a[i][i];
    out.log_det += log(pivot);
    for (int j = 0; j < d; ++j) a[i][j] /= pivot, out.inverse[i][j] /= pivot;
    for (int r = 0; r < d; ++r) {
      const Number factor = a[r][i];
      if (r == i || factor == 0) continue;
      for (int j = 0; j < d; ++j) {
        a[r][j] -= factor * a[i][j];
        out.inverse[r][j] -= factor * out.inverse[i][j];
      }
    }
  }
  return out;
}

Number log_two_pi() {
  return log(8 * atan(Number(1)));
}

/// log N(r; 0, S) from S⁻¹ and log det S.
Number log_normal(const Column& r, const Inverse& s) {
  const Column solved = product(s.inverse, r);
  Number quadratic = 0;
  for (std::size_t i = 0; i < r.size(); ++i) quadratic += r[i] * solved[i];
  return -(quadratic + s.log_det + log_two_pi() * int(r.size())) / 2;
}

/// log Σ exp, skipping components of weight 0.
Number log_sum(const Column& terms, const HostVector& weights) {
  Number largest = 0, sum = 0;
  bool any = false;
  for (std::size_t k = 0; k < terms.size(); ++k)
    if (weights(k) > 0 && (!any || terms[k] > largest)) largest = terms[k], any = true;
  for (std::size_t k = 0; k < terms.size(); ++k)
    if (weights(k) > 0) sum += exp(terms[k] - largest);
  return largest + log(sum);
}

void add_outer(Table& m, const Column& v, const Number& weight) {
  for (std::size_t i = 0; i < v.size(); ++i)
    for (std::size_t j = 0; j < v.size(); ++j) m[i][j] += weight * v[i] * v[j];
}

void add_scaled(Table& m, const Table& b, const Number& weight) {
  for (std::size_t i = 0; i < b.size(); ++i)
    for (std::size_t j = 0; j < b[i].size(); ++j) m[i][j] += weight * b[i][j];
}

/// What component k says at z.
struct ComponentView {
  Number log_joint;
  Column g, m;         // S⁻¹(a μ − z); E[z_0 | z_t = z, k]
  Table precision, c;  // S⁻¹; Cov[z_0 | z_t = z, k]
  Number condition;
};

ComponentView view(const GaussianMixture& mixture, int k, const Number& a, const Number& s2,
                   const HostVector& z) {
  const int d = mixture.dimension();
  const Table sigma = lifted(mixture.covariance(k));
  Table s = zeros(d, d);
  Column shift(d);
  for (int i = 0; i < d; ++i) {
    for (int j = 0; j < d; ++j) s[i][j] = a * a * sigma[i][j] + (i == j ? s2 : Number(0));
    shift[i] = a * Number(mixture.means()(k, i)) - Number(z(i));
  }
  const Inverse inverse = invert(s);
  ComponentView out;
  out.log_joint = log_normal(shift, inverse);
  if (mixture.weights()(k) > 0) out.log_joint += Number(mixture.log_weights()(k));
  out.g = product(inverse.inverse, shift);
  out.m = product(sigma, out.g);
  for (int i = 0; i < d; ++i) out.m[i] = Number(mixture.means()(k, i)) - a * out.m[i];
  out.precision = inverse.inverse;
  out.c = sigma;
  add_scaled(out.c, product(sigma, product(inverse.inverse, sigma)), -a * a);
  out.condition = norm1(s) * norm1(inverse.inverse);
  return out;
}

}  // namespace

PointValues evaluate(const GaussianMixture& mixture, const NoiseLevel& level, const HostVector& z) {
  const int components = mixture.components(), d = mixture.dimension();
  const Number a = level.alpha > 0.5 ? 1 + Number(level.alpha_minus_one) : Number(level.alpha);
  std::vector<ComponentView> views;
  Column log_joint;
  Number condition = 1;
  for (int k = 0; k < components; ++k) {
    views.push_back(view(mixture, k, a, Number(level.variance), z));
    log_joint.push_back(views[k].log_joint);
    if (views[k].condition > condition) condition = views[k].condition;
  }

  const Number log_density = log_sum(log_joint, mixture.weights());
  Column score(d, Number(0)), denoised(d, Number(0)), r(components), log_r(components);
  for (int k = 0; k < components; ++k) {
    log_r[k] = mixture.weights()(k) > 0 ? Number(log_joint[k] - log_density)
                                        : Number(-std::numeric_limits<Real>::infinity());
    r[k] = mixture.weights()(k) > 0 ? Number(exp(log_r[k])) : Number(0);
    for (int i = 0; i < d; ++i) score[i] += r[k] * views[k].g[i];
    for (int i = 0; i < d; ++i) denoised[i] += r[k] * views[k].m[i];
  }
  Table hessian = zeros(d, d), covariance = zeros(d, d);
  for (int k = 0; k < components; ++k) {
    Column g = views[k].g, m = views[k].m;
    for (int i = 0; i < d; ++i) g[i] -= score[i], m[i] -= denoised[i];
    add_outer(hessian, g, r[k]);
    add_outer(covariance, m, r[k]);
    add_scaled(hessian, views[k].precision, -r[k]);
    add_scaled(covariance, views[k].c, r[k]);
  }
  return {log_density.convert_to<Real>(),
          rounded(score),
          rounded(denoised),
          rounded(r),
          rounded(log_r),
          rounded(hessian),
          rounded(covariance),
          condition.convert_to<Real>()};
}

Posterior condition(const GaussianMixture& prior, const HostMatrix& a, const HostMatrix& noise,
                    const HostVector& y) {
  const int components = prior.components(), d = prior.dimension(), m = a.rows();
  const Table matrix = lifted(a);
  Column log_joint(components), weights(components);
  Posterior out;
  out.means.resize(components, d);
  for (int k = 0; k < components; ++k) {
    const Table sigma = lifted(prior.covariance(k));
    Column mu(d), r(m);
    for (int i = 0; i < d; ++i) mu[i] = prior.means()(k, i);
    const Column predicted = product(matrix, mu);
    for (int j = 0; j < m; ++j) r[j] = Number(y(j)) - predicted[j];
    Table s = product(matrix, product(sigma, transposed(matrix)));
    add_scaled(s, lifted(noise), Number(1));
    const Inverse inverse = invert(s);
    log_joint[k] = log_normal(r, inverse);
    if (prior.weights()(k) > 0) log_joint[k] += Number(prior.log_weights()(k));

    const Table gain = product(product(sigma, transposed(matrix)), inverse.inverse);
    const Column shift = product(gain, r);
    for (int i = 0; i < d; ++i) mu[i] += shift[i];
    Table covariance = sigma;
    add_scaled(covariance, product(gain, product(matrix, sigma)), Number(-1));
    out.means.row(k) = rounded(mu).transpose();
    out.covariances.push_back(rounded(covariance));
  }
  const Number log_evidence = log_sum(log_joint, prior.weights());
  for (int k = 0; k < components; ++k)
    weights[k] = prior.weights()(k) > 0 ? Number(exp(log_joint[k] - log_evidence)) : Number(0);
  out.weights = rounded(weights);
  out.log_evidence = log_evidence.convert_to<Real>();
  return out;
}

}  // namespace plumbline::reference
